using FastCore.Engine.Ports;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests.Seats;

/// <summary>
/// A waiting room through a whole node: tickets are signed and checked outside of the state, which is the same whatever
/// the keys; directories of before it are opened and verified.
/// </summary>
public sealed class WaitingRoomTests : IDisposable
{
    private const ulong Show = 7;

    private static readonly byte[] OldKey = [.. "an old key of a node"u8];
    private static readonly byte[] NewKey = [.. "a new key of a node"u8];

    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-waiting-").FullName;
    private readonly ManualClock _clock = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task T20_only_genuine_tickets_get_in_and_a_replaced_key_is_still_accepted()
    {
        EnterWaitingRoom ticket;
        await using (FastCoreNode node = Open(OldKey))
        {
            await using IFastCoreSession session = node.OpenSession();
            await PrepareAsync(session);
            ticket = await TicketAsync(session, 1);
            Assert.True(WaitingTicket.IsGenuine(OldKey, ticket));
            foreach (EnterWaitingRoom forged in (EnterWaitingRoom[])
            [
                ticket with { Buyer = 2 }, ticket with { Show = 8 }, ticket with { Calls = 2 },
                ticket with { ExpiresAt = ticket.ExpiresAt + 1 }, ticket with { Signature = default },
            ])
            {
                Assert.Equal(FrameStatus.Forbidden, (await EnterAsync(session, forged)).Status);
                Assert.Equal(FrameStatus.Forbidden, (await EnterAsync(session, ticket, forged)).Status);
            }

            Assert.Equal(WaitingState.Called, (await GetAsync(session, 1)).State);
        }

        await using (FastCoreNode node = Open(NewKey, OldKey))
        {
            await using IFastCoreSession session = node.OpenSession();
            Assert.Equal(SeatStatus.Ok, (await EnterAsync(session, ticket)).Code);
            Assert.Equal(WaitingState.Active, (await GetAsync(session, 1)).State);
            await node.CheckpointAsync();
        }

        await using (FastCoreNode node = Open())
        {
            await using IFastCoreSession session = node.OpenSession();
            Assert.Equal(WaitingState.Active, (await GetAsync(session, 1)).State);
            Assert.Equal(FrameStatus.Forbidden, (await EnterAsync(session, ticket)).Status);
            await node.CheckInvariantsAsync();
        }

        VerificationReport report = JournalVerifier.Verify(_directory);
        Assert.True(report.IsSound, string.Join(" ", report.Partitions.Select(p => p.Failure)));
    }

    [Fact]
    public void T20_keys_that_are_too_short_or_too_long_are_refused()
    {
        foreach (int length in (int[])[0, 15, 65])
        {
            NodeOptions options = new() { Durability = Durability.None, TicketKeys = [new byte[length]] };
            Assert.Contains("TicketKeys", Assert.Single(NodeOptionsCheck.Problems(options)));
        }
    }

    // What a node without waiting rooms wrote: its checkpoint has no section of theirs.
    [Fact]
    public async Task T20_a_directory_of_before_waiting_rooms_opens_and_is_verified()
    {
        await using (FastCoreNode node = Open(before: true))
        {
            await using IFastCoreSession session = node.OpenSession();
            await OpenHouseAsync(session);
            await node.CheckpointAsync();
        }

        VerificationReport report = JournalVerifier.Verify(_directory);
        Assert.True(report.IsSound, string.Join(" ", report.Partitions.Select(p => p.Failure)));
        Assert.All(report.Partitions, partition => Assert.True(partition.CheckpointMatches));
        await using (FastCoreNode node = Open())
        {
            Assert.All(node.Recoveries, recovery => Assert.True(recovery.SnapshotSequence > 0));
            await using IFastCoreSession session = node.OpenSession();
            await PrepareAsync(session);
            Assert.Equal(WaitingState.Called, (await GetAsync(session, 1)).State);
        }

        Assert.True(JournalVerifier.Verify(_directory).IsSound);
    }

    // A part that is not in a checkpoint must have been empty when it was written.
    [Fact]
    public async Task T20_a_checkpoint_that_lost_its_waiting_rooms_is_found()
    {
        await using (FastCoreNode node = Open(before: true))
        {
            await using IFastCoreSession session = node.OpenSession();
            await PrepareAsync(session);
            await node.CheckpointAsync();
        }

        Assert.False(JournalVerifier.Verify(_directory).IsSound);
    }

    private static async Task OpenHouseAsync(IFastCoreSession session)
    {
        ChartBlock[] chart = [new() { Kind = ChartBlockKind.Row, Capacity = 40, NumberStep = 1, FirstNumber = 1 }];
        await session.CreateChartAsync(1, chart, new SeatResult[1]);
        await session.CreateShowAsync(new CreateShow[] { new() { Show = Show, Chart = 1 } }, new SeatResult[1]);
    }

    private static async Task<WaitingRecord> GetAsync(IFastCoreSession session, ulong buyer)
    {
        WaitingRecord[] records = new WaitingRecord[1];
        Reply reply = await session.GetWaitingAsync(Show, new[] { buyer }, records);
        Assert.Equal((FrameStatus.Ok, 1), (reply.Status, reply.CountOf<WaitingRecord>()));
        return records[0];
    }

    private static async Task<EnterWaitingRoom> TicketAsync(IFastCoreSession session, ulong buyer)
    {
        WaitingRecord record = await GetAsync(session, buyer);
        return new EnterWaitingRoom
        {
            Show = Show,
            Buyer = buyer,
            Session = 5,
            ExpiresAt = record.ExpiresAt,
            Calls = record.Calls,
            Signature = record.Signature,
        };
    }

    private static async Task<(FrameStatus Status, SeatStatus Code)> EnterAsync(
        IFastCoreSession session, params EnterWaitingRoom[] tickets)
    {
        SeatResult[] results = new SeatResult[tickets.Length];
        Reply reply = await session.EnterWaitingRoomAsync(tickets, results);
        return (reply.Status, results[0].Code);
    }

    // One buyer, called as soon as the seed is told.
    private async Task PrepareAsync(IFastCoreSession session)
    {
        await OpenHouseAsync(session);
        SeatResult[] results = new SeatResult[1];
        OpenWaitingRoom room = new()
        {
            Show = Show,
            OpensAt = _clock.NowNs + 1_000_000_000,
            Commitment = WaitingDraw.CommitmentOf(default),
            SessionsMax = 1,
            PlacesMax = 10,
            CallMs = 60_000,
            SessionMs = 60_000,
            SessionMsMax = 60_000,
        };
        await session.OpenWaitingRoomAsync(new[] { room }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
        WaitingChange buyer = new() { Show = Show, Buyer = 1 };
        await session.JoinWaitingRoomAsync(new[] { buyer }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await session.DrawWaitingRoomAsync(new DrawWaitingRoom[] { new() { Show = Show } }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
    }

    private FastCoreNode Open(params byte[][] keys) => Open(false, keys);

    private FastCoreNode Open(bool before, params byte[][] keys) => FastCoreNode.Open(new NodeOptions
    {
        DataDirectory = _directory,
        Partitions = 2,
        Clock = _clock,
        TicketKeys = keys,
        WrapMachine = before ? (machine, _) => new OlderMachine(machine) : null,
    });

    /// <summary>Knows nothing of waiting rooms and channels when a checkpoint is written.</summary>
    private sealed class OlderMachine(IStateMachine inner) : IStateMachine
    {
        public ulong NextTimerNs => inner.NextTimerNs;

        public IReadOnlyList<IStatePart> Parts { get; } =
            [.. inner.Parts.Where(part =>
                part.Name is not ("waiting-rooms" or "waiting-buyers" or "seat-channels" or "counted-buyers"
                    or "waiting-lists" or "waiting-list-entries" or "waiting-list-ended"
                    or "linked-bookings"))];

        public CommandKind KindOf(ushort operation) => inner.KindOf(operation);

        public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) => inner.Prefetch(in command, body);

        public void CompletePrefetch() => inner.CompletePrefetch();

        public void BeginBatch() => inner.BeginBatch();

        public ulong TimerLimitNs(ulong timeNs, int timersMax) => inner.TimerLimitNs(timeNs, timersMax);

        public void FireTimers() => inner.FireTimers();

        public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply) =>
            inner.Execute(in command, body, reply);

        public bool Read(
            in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply,
            out int length) => inner.Read(in command, body, ref cursor, reply, out length);

        public void RebuildDerived() => inner.RebuildDerived();

        public void ResumeEffects() => inner.ResumeEffects();

        public string? CheckInvariants() => inner.CheckInvariants();
    }
}
