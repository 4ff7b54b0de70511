using System.Runtime.InteropServices;
using FastCore.Client.Seats;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Tests.Shows;
using FastCore.Testing;
using Xunit;

namespace FastCore.Seats.Tests.Following;

/// <summary>A follower has the map of its version at all times, and never leaves a change out in silence.</summary>
public sealed class SeatMapFollowerTests : IDisposable
{
    private const int PeriodMs = 100;

    private readonly SeatsRig _rig = new() { ChecksEachBatch = false };
    private readonly ManualTimeProvider _time = new();
    private readonly RigSession _session;
    private UInt128 _id;

    public SeatMapFollowerTests() => _session = new RigSession(_rig);

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task T15_its_map_is_the_show_s_at_every_version_across_crashes_and_failures(int seed)
    {
        SeededRandom random = new((ulong)seed);
        OpenHouse();
        SeatMapFollower follower = Follower(changesMax: random.Between(1, 9));
        Assert.Equal(SeatMapNews.Loaded, (await NextAsync(follower)).News);
        ulong told = follower.Map!.Version;
        for (int step = 0; step < 600; step++)
        {
            ulong before = follower.Map.Version;
            for (int operations = random.Between(1, 6); operations > 0; operations--)
            {
                Change(random);
            }

            CrashNowAndThen(random);
            if (_rig.GetShow().Version == before || random.OneIn(3))
            {
                continue;
            }

            if (random.OneIn(10))
            {
                _session.Failures.Enqueue(new Reply(FrameStatus.Unknown, 0, 0));
                Assert.Equal(SeatMapNews.Failed, (await NextAsync(follower)).News);
            }

            SeatMapUpdate update = await NextAsync(follower);
            Assert.Equal(SeatMapNews.Changed, update.News);
            foreach (SeatChange change in update.Changes.ToArray())
            {
                Assert.Equal(++told, change.Version);
            }

            Assert.Equal(told, update.Version);
            if (update.Version == _rig.GetShow().Version)
            {
                AssertSame(follower.Map);
            }
        }

        while (follower.Map.Version != _rig.GetShow().Version)
        {
            Assert.Equal(SeatMapNews.Changed, (await NextAsync(follower)).News);
        }

        AssertSame(follower.Map);
    }

    [Fact]
    public async Task T15_one_that_has_fallen_behind_loads_the_map_again_and_says_so()
    {
        OpenHouse();
        SeatMapFollower follower = Follower();
        SeatMapUpdate first = await NextAsync(follower);
        Assert.Equal((SeatMapNews.Loaded, false), (first.News, first.HasMissed));
        FallBehind();
        SeatMapUpdate again = await NextAsync(follower);
        Assert.Equal((SeatMapNews.Loaded, true), (again.News, again.HasMissed));
        Assert.Equal(_rig.GetShow().Version, again.Version);
        AssertSame(follower.Map!);
    }

    [Fact]
    public async Task T15_one_that_does_not_reload_by_itself_says_must_reload_until_it_may()
    {
        OpenHouse();
        SeatMapFollower follower = Follower(reloadsItself: false);
        await NextAsync(follower);
        FallBehind();
        Assert.Equal(new SeatMapUpdate(SeatMapNews.MustReload, 0), await NextAsync(follower));
        int asked = _session.Asked.Count;
        Assert.Equal(SeatMapNews.MustReload, (await NextAsync(follower)).News);
        Assert.Equal(asked, _session.Asked.Count);
        follower.Reload();
        Assert.Equal(SeatMapNews.Loaded, (await NextAsync(follower)).News);
        AssertSame(follower.Map!);
    }

    [Fact]
    public async Task T15_it_asks_no_more_often_than_it_may_and_no_sooner_than_an_overloaded_server_wants()
    {
        OpenHouse();
        SeatMapFollower follower = Follower();
        await follower.NextAsync();
        _session.Asked.Clear();
        Task<SeatMapUpdate> next = follower.NextAsync().AsTask();
        _time.Advance(PeriodMs - 1);
        Assert.Empty(_session.Asked);
        _session.Failures.Enqueue(new Reply(FrameStatus.Overloaded, 0, 5 * PeriodMs));
        _time.Advance(1);
        SeatMapUpdate failed = await next;
        Assert.Equal((SeatMapNews.Failed, FrameStatus.Overloaded), (failed.News, failed.Status));

        _rig.Hold(1, 0);
        next = follower.NextAsync().AsTask();
        _time.Advance((5 * PeriodMs) - 1);
        Assert.Single(_session.Asked);
        _time.Advance(1);
        Assert.Equal(SeatMapNews.Changed, (await next).News);
        Assert.Equal([Operation.AwaitSeatChanges, Operation.AwaitSeatChanges], _session.Asked);
    }

    [Fact]
    public async Task T15_a_show_that_is_not_there_yet_is_waited_for()
    {
        SeatMapFollower follower = Follower();
        Assert.Equal(new SeatMapUpdate(SeatMapNews.NoShow, 0), await NextAsync(follower));
        Assert.Null(follower.Map);
        OpenHouse();
        Assert.Equal(SeatMapNews.Loaded, (await NextAsync(follower)).News);
        Assert.True(follower.Map!.IsArea(2));
    }

    // What a server may never answer must not become a wrong map.
    [Fact]
    public async Task T15_changes_with_a_gap_or_of_seats_that_are_elsewhere_have_the_map_loaded_again()
    {
        OpenHouse();
        TamperingSession session = new(_session);
        SeatMapFollowerOptions options = Options(100, true);
        options.Time = _time;
        SeatMapFollower follower = new(session, SeatsRig.Show, options);
        await NextAsync(follower);
        foreach (Func<SeatChange, SeatChange> tamper in (Func<SeatChange, SeatChange>[])
        [
            change => change with { Version = change.Version + 1 },
            change => change with { Seats = 1UL << 50 },
            change => change with { Block = 90 },
            change => change with { From = (SeatState)77 },
            change => change with { To = (SeatState)77 },
            change => change with { From = SeatState.Allotted, To = SeatState.NotAllotted },
            change => change with { From = SeatState.NotAllotted },
        ])
        {
            Change(new SeededRandom(1));
            _rig.Hold(++_id, SeatPlace.Of(0, (int)_id % 30));
            session.Tamper = tamper;
            SeatMapUpdate update = await NextAsync(follower);
            Assert.Equal((SeatMapNews.Loaded, true), (update.News, update.HasMissed));
            AssertSame(follower.Map!);
        }
    }

    [Fact]
    public async Task T15_a_call_can_be_cancelled_and_only_one_is_under_way()
    {
        OpenHouse();
        SeatMapFollower follower = Follower();
        await NextAsync(follower);
        using CancellationTokenSource cancellation = new();
        Task<SeatMapUpdate> next = follower.NextAsync(cancellation.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => follower.NextAsync().AsTask());
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        _rig.Hold(1, 0);
        Assert.Equal(SeatMapNews.Changed, (await NextAsync(follower)).News);
    }

    [Fact]
    public async Task T15_a_question_waits_for_news_and_outlives_the_call_that_was_cancelled()
    {
        OpenHouse();
        SeatMapFollower follower = Follower();
        await NextAsync(follower);
        _session.Asked.Clear();
        _session.News = new TaskCompletionSource();
        using CancellationTokenSource cancellation = new();
        Task<SeatMapUpdate> next = follower.NextAsync(cancellation.Token).AsTask();
        _time.Advance(PeriodMs);
        Assert.Equal(40_000u, _session.LastOptions.TimeoutMs);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);

        // Taken up by the next call, without another question.
        next = follower.NextAsync().AsTask();
        _rig.Hold(1, 0);
        Assert.False(next.IsCompleted);
        _session.News.SetResult();
        SeatMapUpdate update = await next;
        Assert.Equal((SeatMapNews.Changed, 1ul), (update.News, update.Version));
        Assert.Equal([Operation.AwaitSeatChanges], _session.Asked);
        AssertSame(follower.Map!);
    }

    [Fact]
    public async Task T15_what_a_question_brings_to_a_map_that_was_loaded_again_meanwhile_is_dropped()
    {
        OpenHouse();
        SeatMapFollower follower = Follower();
        await NextAsync(follower);
        TaskCompletionSource news = new();
        _session.News = news;
        using CancellationTokenSource cancellation = new();
        Task<SeatMapUpdate> next = follower.NextAsync(cancellation.Token).AsTask();
        _time.Advance(PeriodMs);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        _rig.Hold(1, 0);
        follower.Reload();
        Assert.Equal((SeatMapNews.Loaded, 1ul), await NewsAsync(follower));
        _session.News = null;
        _rig.Hold(2, 2);
        next = follower.NextAsync().AsTask();
        news.SetResult();
        _time.Advance(PeriodMs);
        SeatMapUpdate update = await next;
        Assert.Equal((SeatMapNews.Changed, 2ul), (update.News, update.Version));
        Assert.Equal(2ul, Assert.Single(update.Changes.ToArray()).Version);
        AssertSame(follower.Map!);

        async Task<(SeatMapNews, ulong)> NewsAsync(SeatMapFollower asked)
        {
            SeatMapUpdate loaded = await NextAsync(asked);
            return (loaded.News, loaded.Version);
        }
    }

    private static SeatMapFollowerOptions Options(int changesMax, bool reloadsItself) => new()
    {
        Period = TimeSpan.FromMilliseconds(PeriodMs),
        ChangesMax = changesMax,
        ReloadsItself = reloadsItself,
    };

    private SeatMapFollower Follower(int changesMax = 100, bool reloadsItself = true)
    {
        SeatMapFollowerOptions options = Options(changesMax, reloadsItself);
        options.Time = _time;
        return new SeatMapFollower(_session, SeatsRig.Show, options);
    }

    // There must be news when the period is over.
    private async Task<SeatMapUpdate> NextAsync(SeatMapFollower follower)
    {
        Task<SeatMapUpdate> next = follower.NextAsync().AsTask();
        _time.Advance(PeriodMs);
        return await next;
    }

    private void OpenHouse() => _rig.Open(
        SeatsRig.ShowOf() with { HoldMs = 50 }, SeatsRig.Row(30), SeatsRig.Row(30), SeatsRig.Area(40),
        SeatsRig.Table(4, 1, 4));

    private void Change(SeededRandom random)
    {
        _rig.AdvanceMs((ulong)random.Below(30));
        switch (random.Below(7))
        {
            case 6:
                ushort channel = (ushort)random.Between(1, 2);
                bool isOut = random.OneIn(2);
                _rig.Run(Operation.MoveToChannel, new MoveToChannel
                {
                    Show = SeatsRig.Show,
                    Block = (uint)random.Below(4),
                    Seats = random.OneIn(2) ? 0 : 1UL << random.Below(30),
                    From = isOut ? channel : (ushort)(random.OneIn(2) ? 0 : 3 - channel),
                    To = isOut ? (ushort)0 : channel,
                });
                break;
            case 0 or 1:
                uint seat = SeatPlace.Of(random.Below(2), random.Below(28));
                _rig.Hold(++_id, seat, seat + 2);
                break;
            case 2:
                HoldGeneralAdmission places = new() { Id = ++_id, Show = SeatsRig.Show, Block = 2, Quantity = 3 };
                places.Block += random.OneIn(4) ? 1u : 0;
                _rig.Run(Operation.HoldGeneralAdmission, places);
                break;
            case 3:
                _rig.Book((UInt128)(1_000_000 + random.Below(20)) + _id, (UInt128)random.Below((ulong)_id + 1));
                break;
            case 4:
                _rig.Run(Operation.SetForSale, new SetForSale
                {
                    Show = SeatsRig.Show,
                    Block = random.OneIn(3) ? SetForSale.EveryBlock : 0,
                    Seats = random.OneIn(2) ? 0xFUL << random.Below(20) : 0,
                    IsForSale = (byte)random.Below(2),
                });
                break;
            default:
                _rig.Release((UInt128)random.Below((ulong)_id + 1));
                break;
        }
    }

    private void CrashNowAndThen(SeededRandom random)
    {
        if (random.OneIn(40))
        {
            _rig.Checkpoint();
        }

        if (random.OneIn(40))
        {
            _rig.CrashAndRecover();
        }
    }

    private void FallBehind()
    {
        for (uint i = 0; i <= Limits.ElementsPerRequestMax / 2; i++)
        {
            _rig.Hold(++_id, 0);
            _rig.Release(_id);
        }
    }

    private void AssertSame(SeatMap map) => Assert.Equal(
        _rig.Map().Select(block => (block.Block, block.Free, block.Held, block.Booked, block.Allotted)),
        map.Blocks.ToArray().Select(block => (block.Block, block.Free, block.Held, block.Booked, block.Allotted)));

    /// <summary>Changes the first change of one answer.</summary>
    private sealed class TamperingSession(IFastCoreSession session) : IFastCoreSession
    {
        public Func<SeatChange, SeatChange>? Tamper { get; set; }

        public async ValueTask<Reply> SendAsync(
            Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
        {
            Reply answer = await session.SendAsync(operation, body, reply, options);
            if (operation == Operation.AwaitSeatChanges && answer.Length != 0 && Tamper is { } tamper)
            {
                Span<SeatChange> changes = MemoryMarshal.Cast<byte, SeatChange>(reply.Span);
                changes[0] = tamper(changes[0]);
                Tamper = null;
            }

            return answer;
        }

        public ValueTask DisposeAsync() => default;
    }
}
