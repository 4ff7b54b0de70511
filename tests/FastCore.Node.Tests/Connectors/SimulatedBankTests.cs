using System.Threading.Channels;
using FastCore.Node.Connectors;
using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests.Connectors;

public sealed class SimulatedBankTests
{
    private const int Always = 1_000_000;
    private const ulong Merchant = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task P18_the_same_seed_does_the_same_to_every_call_in_whatever_order_they_come()
    {
        int[] calls = [.. Enumerable.Range(1, 200)];
        Dictionary<int, string> first = await BehaviourOf(Options(seed: 5), calls);
        Dictionary<int, string> reversed = await BehaviourOf(Options(seed: 5), calls.Reverse());
        Dictionary<int, string> other = await BehaviourOf(Options(seed: 6), calls);
        Assert.Equal(first, reversed);
        Assert.True(calls.Count(call => first[call] != other[call]) > 100);

        static SimulatedBankOptions Options(ulong seed) => new()
        {
            Seed = seed,
            LatencyMinMs = 5,
            LatencyMaxMs = 20,
            DeclinedPpm = 200_000,
            FailedPpm = 200_000,
            RequestLostPpm = 100_000,
        };
    }

    [Fact]
    public async Task P18_latencies_fill_the_range_and_leave_it_never()
    {
        Dictionary<int, string> behaviour = await BehaviourOf(
            new SimulatedBankOptions { LatencyMinMs = 5, LatencyMaxMs = 9 }, Enumerable.Range(1, 200));
        Assert.Equal(
            ["Approved after 5", "Approved after 6", "Approved after 7", "Approved after 8", "Approved after 9"],
            behaviour.Values.Distinct().Order());
    }

    [Fact]
    public async Task P18_only_authorizations_are_declined_about_as_often_as_asked_and_for_good()
    {
        SimulatedBank bank = Bank(
            new SimulatedBankOptions { DeclinedPpm = 250_000, LatencyMinMs = 0, LatencyMaxMs = 0 });
        List<ConnectorCall> declined = [];
        for (int i = 1; i <= 1_000; i++)
        {
            ConnectorReply reply = await bank.AuthorizeAsync(CallOf(i), default);
            if (reply.Outcome == ConnectorOutcome.Declined)
            {
                Assert.Equal(DeclineCode.IssuerDoNotHonour, reply.DeclineCode);
                declined.Add(CallOf(i));
            }
        }

        Assert.InRange(declined.Count, 200, 300);
        foreach (ConnectorCall call in declined)
        {
            Assert.Equal(ConnectorOutcome.Declined, (await bank.AuthorizeAsync(call, default)).Outcome);
            Assert.Equal(ConnectorOutcome.Declined, (await bank.SyncAsync(call, default)).Outcome);
            Assert.Equal(0, bank.ChargedNet(Merchant, call.PaymentId));
            ConnectorReply capture = await bank.CaptureAsync(call with { Kind = ConnectorCallKind.Capture }, default);
            Assert.Equal(ConnectorOutcome.Approved, capture.Outcome);
        }
    }

    [Fact]
    public async Task P18_the_books_hold_what_was_done_once_however_often_it_is_sent()
    {
        SimulatedBank bank = Bank(new SimulatedBankOptions { LatencyMinMs = 0, LatencyMaxMs = 0 });
        ConnectorCall reserve = CallOf(1) with { IsSale = 0 };
        ConnectorCall capture = Act(1, ConnectorCallKind.Capture, 70, actionId: 11);
        ConnectorCall refund = Act(1, ConnectorCallKind.Refund, 30, actionId: 12);
        ConnectorReply reserved = await bank.AuthorizeAsync(reserve, default);
        Assert.Equal(0, bank.ChargedNet(Merchant, 1));
        Assert.Equal(reserved, await bank.AuthorizeAsync(reserve with { Send = 2, Call = 9 }, default));
        await bank.CaptureAsync(capture, default);
        await bank.CaptureAsync(capture, default);
        await bank.RefundAsync(refund, default);
        await bank.RefundAsync(refund, default);
        await bank.VoidAsync(Act(1, ConnectorCallKind.Void, 30, actionId: 13), default);
        Assert.Equal(40, bank.ChargedNet(Merchant, 1));
        Assert.Equal(1, bank.ChargeCount(Merchant, 1));

        // Another attempt, or another sale, is another charge.
        await bank.AuthorizeAsync(CallOf(1) with { Attempt = 2 }, default);
        Assert.Equal(140, bank.ChargedNet(Merchant, 1));
        Assert.Equal(0, bank.ChargedNet(Merchant + 1, 1));
    }

    [Fact]
    public async Task P18_a_technical_failure_did_nothing()
    {
        SimulatedBank bank = Bank(new SimulatedBankOptions { FailedPpm = 500_000, LatencyMinMs = 0, LatencyMaxMs = 0 });
        int failed = 0;
        for (int i = 1; i <= 100; i++)
        {
            while ((await bank.AuthorizeAsync(CallOf(i), default)).Outcome == ConnectorOutcome.Failed)
            {
                failed++;
                Assert.Equal(0, bank.ChargedNet(Merchant, (UInt128)i));
                Assert.Equal(ConnectorOutcome.NotFound, (await bank.SyncAsync(CallOf(i), default)).Outcome);
            }

            Assert.Equal(100, bank.ChargedNet(Merchant, (UInt128)i));
        }

        Assert.InRange(failed, 50, 200);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P18_a_lost_request_was_not_done_and_a_lost_answer_was(bool isRequest)
    {
        SimulatedBank bank = Bank(new SimulatedBankOptions
        {
            RequestLostPpm = isRequest ? Always : 0,
            ReplyLostPpm = isRequest ? 0 : Always,
            LatencyMinMs = 1,
            LatencyMaxMs = 1,
        });
        using CancellationTokenSource givenUp = new();
        Task<ConnectorReply> call = bank.AuthorizeAsync(CallOf(1), givenUp.Token).AsTask();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, _time.TimersSet);
        Assert.False(call.IsCompleted);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        ConnectorReply status = await AfterOneMs(bank.SyncAsync(CallOf(1), default));
        Assert.Equal(isRequest ? ConnectorOutcome.NotFound : ConnectorOutcome.Approved, status.Outcome);
        Assert.Equal(isRequest ? 0 : 100, bank.ChargedNet(Merchant, 1));
    }

    [Fact]
    public async Task P18_a_late_answer_comes_by_notification_again_and_again_until_it_is_taken()
    {
        Notifications taken = new() { Refusals = 2 };
        SimulatedBank bank = Bank(new SimulatedBankOptions { ReplyLatePpm = Always, LateMs = 60_000 });
        bank.Listener = taken;
        using CancellationTokenSource givenUp = new();
        Task<ConnectorReply> call = bank.AuthorizeAsync(CallOf(1), givenUp.Token).AsTask();
        _time.Advance(59_999);
        Assert.Equal(1, _time.TimersSet);
        _time.Advance(1);
        for (int refusal = 0; refusal < 2; refusal++)
        {
            Assert.False((await taken.NextAsync()).IsTaken);
            await WaitForTimer();
            _time.Advance(100);
        }

        (ConnectorCall about, ConnectorReply reply, bool isTaken) = await taken.NextAsync();
        Assert.Equal((CallOf(1), ConnectorOutcome.Approved, true), (about, reply.Outcome, isTaken));
        Assert.False(call.IsCompleted);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task P18_a_duplicate_is_the_same_answer_once_more_by_notification()
    {
        Notifications taken = new();
        SimulatedBank bank = Bank(
            new SimulatedBankOptions { DuplicatePpm = Always, LatencyMinMs = 1, LatencyMaxMs = 1 });
        bank.Listener = taken;
        ConnectorReply reply = await AfterOneMs(bank.AuthorizeAsync(CallOf(1), default));
        await WaitForTimer();
        _time.Advance(1);
        (ConnectorCall about, ConnectorReply again, _) = await taken.NextAsync();
        Assert.Equal((CallOf(1), reply), (about, again));
        Assert.Equal(100, bank.ChargedNet(Merchant, 1));
    }

    [Fact]
    public async Task P18_a_status_question_may_get_no_useful_answer()
    {
        SimulatedBank bank = Bank(
            new SimulatedBankOptions { SyncUnknownPpm = Always, LatencyMinMs = 1, LatencyMaxMs = 1 });
        await AfterOneMs(bank.AuthorizeAsync(CallOf(1), default));
        Assert.Equal(ConnectorOutcome.Unknown, (await AfterOneMs(bank.SyncAsync(CallOf(1), default))).Outcome);
    }

    private static ConnectorCall CallOf(int payment) => new()
    {
        PaymentId = (UInt128)payment,
        Merchant = Merchant,
        Amount = 100,
        Call = (ulong)payment,
        Attempt = 1,
        Connector = 1,
        Kind = ConnectorCallKind.Authorize,
        IsSale = 1,
        Send = 1,
    };

    private static ConnectorCall Act(int payment, ConnectorCallKind kind, ulong amount, UInt128 actionId) =>
        CallOf(payment) with { Kind = kind, Amount = amount, ActionId = actionId, IsSale = 0 };

    private SimulatedBank Bank(SimulatedBankOptions options) => new(1, options, _time);

    private async Task<ConnectorReply> AfterOneMs(ValueTask<ConnectorReply> reply)
    {
        _time.Advance(1);
        return await reply.AsTask().WaitAsync(Patience);
    }

    // What follows an await of the bank's runs on another thread; the timer that it sets is what can be waited for.
    private async Task WaitForTimer()
    {
        using CancellationTokenSource end = new(Patience);
        while (_time.TimersSet == 0)
        {
            end.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    // What becomes of each call, made one after the other, and how many milliseconds it takes.
    private async Task<Dictionary<int, string>> BehaviourOf(SimulatedBankOptions options, IEnumerable<int> payments)
    {
        SimulatedBank bank = Bank(options);
        Dictionary<int, string> behaviour = [];
        foreach (int payment in payments)
        {
            using CancellationTokenSource givenUp = new();
            Task<ConnectorReply> call = bank.AuthorizeAsync(CallOf(payment), givenUp.Token).AsTask();
            if (_time.TimersSet == 0)
            {
                behaviour.Add(payment, "lost");
                await givenUp.CancelAsync();
                continue;
            }

            int ms = 0;
            for (; _time.TimersSet != 0; ms++)
            {
                _time.Advance(1);
            }

            behaviour.Add(payment, $"{(await call.WaitAsync(Patience)).Outcome} after {ms}");
        }

        return behaviour;
    }

    private sealed class Notifications : IConnectorListener
    {
        private readonly Channel<(ConnectorCall Call, ConnectorReply Reply, bool IsTaken)> _seen =
            Channel.CreateUnbounded<(ConnectorCall, ConnectorReply, bool)>();

        /// <summary>How many are turned away at first.</summary>
        public int Refusals { get; set; }

        public bool TryAccept(in ConnectorCall call, ConnectorReply reply)
        {
            bool isTaken = Refusals-- <= 0;
            _seen.Writer.TryWrite((call, reply, isTaken));
            return isTaken;
        }

        public async Task<(ConnectorCall Call, ConnectorReply Reply, bool IsTaken)> NextAsync() =>
            await _seen.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }
}
