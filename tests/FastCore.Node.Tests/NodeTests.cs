using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

using Xunit;

namespace FastCore.Node.Tests;

public abstract class NodeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-node-").FullName;

    protected abstract Durability Durability { get; }

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Transfers_are_answered_one_by_one_and_can_be_looked_up()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession();
        CreateAccountResult[] accounts = await Requests.Send<CreateAccountResult>(
            session, Operation.CreateAccounts, Requests.Prefixed(5, Requests.Account(1), Requests.Account(2)));
        Assert.All(accounts, result => Assert.Equal(CreateAccountStatus.Created, result.Status));
        CreateTransferResult[] transfers = await Requests.Send<CreateTransferResult>(
            session, Operation.CreateTransfers,
            Requests.Prefixed(5, Requests.Transfer(7, 1, 2, 100), Requests.Transfer(8, 1, 9, 1), Requests.Transfer(7, 1, 2, 100)));
        Assert.Equal(
            [CreateTransferStatus.Created, CreateTransferStatus.CreditAccountNotFound, CreateTransferStatus.Exists],
            transfers.Select(result => result.Status));
        Assert.Equal(transfers[0].Timestamp, transfers[2].Timestamp);
        Account[] found = await Requests.Send<Account>(
            session, Operation.LookupAccounts, Requests.Prefixed<UInt128>(5, 2, 3, 1));
        Assert.Equal([2, 1], found.Select(account => (int)account.Id));
        Assert.Equal((UInt128)100, found[0].CreditsPosted);
        await node.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Requests_in_flight_are_bounded_and_every_admitted_one_is_answered_once()
    {
        await using FastCoreNode node = Open();
        using FrontSession session = node.OpenFrontSession(Grant.Full, new FrontSessionOptions { InFlightMax = 64, ReplyRingBytes = 1 << 14 });
        byte[] body = Requests.Prefixed(1, Requests.Account(1));
        Dictionary<ulong, int> answers = [];
        int refused = 0;
        for (ulong i = 0; i < 5_000; i++)
        {
            FrameHeader header = new() { Operation = Operation.CreateAccounts, Correlation = i };
            FrameStatus status = session.TrySubmit(in header, body, out _);
            if (status == FrameStatus.Ok)
            {
                answers.Add(i, 0);
            }
            else
            {
                Assert.Equal(FrameStatus.TooManyInFlight, status);
                refused++;
                CountingSink sink = new(answers);
                _ = session.Drain(ref sink);
            }
        }

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                CountingSink sink = new(answers);
                _ = session.Drain(ref sink);
                return session.InFlight == 0;
            },
            30_000));
        Assert.True(refused > 0);
        Assert.All(answers.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task A_reply_buffer_that_is_too_small_is_the_callers_error()
    {
        await using FastCoreNode node = Open();
        await using IFastCoreSession session = node.OpenSession();
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await session.SendAsync(Operation.CreateAccounts, Requests.Prefixed(1, Requests.Account(1)), new byte[15]));
    }

    [Fact]
    public async Task After_closing_requests_are_refused_and_say_why()
    {
        FastCoreNode node = Open();
        IFastCoreSession session = node.OpenSession();
        await node.DisposeAsync();
        Reply reply = await session.SendAsync(Operation.CreateAccounts, Requests.Prefixed(1, Requests.Account(1)), new byte[16]);
        Assert.Equal(FrameStatus.ShuttingDown, reply.Status);
    }

    [Fact]
    public async Task A_closed_session_gives_its_number_back_and_others_go_on()
    {
        await using FastCoreNode node = Open();
        for (int i = 0; i < 100; i++)
        {
            IFastCoreSession session = node.OpenSession();
            _ = await Requests.Send<CreateAccountResult>(session, Operation.CreateAccounts, Requests.Prefixed(1, Requests.Account((UInt128)i + 1)));
            await session.DisposeAsync();
            Assert.InRange(((NodeSession)session).Number, 1, 15);
        }
    }

    protected FastCoreNode Open(int partitions = 1) => FastCoreNode.Open(new NodeOptions
    {
        Durability = Durability,
        DataDirectory = Durability == Durability.None ? null : Path.Combine(_directory, "data"),
        Partitions = partitions,
        RecordIndexMemoryBytes = 16 << 20,
        JournalSegmentBytes = 16 << 20,
    });

    protected string DataDirectory => Path.Combine(_directory, "data");

    private readonly struct CountingSink(Dictionary<ulong, int> answers) : IReplySink
    {
        public void OnReply(ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body)
        {
            Assert.Equal(FrameStatus.Ok, status);
            Assert.Equal(CreateAccountResult.Size, body.Length);
            answers[correlation]++;
        }
    }
}

public sealed class MemoryNodeTests : NodeTests
{
    protected override Durability Durability => Durability.None;
}
