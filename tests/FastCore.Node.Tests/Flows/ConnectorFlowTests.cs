using FastCore.Engine.Ports;
using FastCore.Node.Connectors;
using FastCore.Node.Flows;
using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Polly.CircuitBreaker;
using Xunit;

namespace FastCore.Node.Tests.Flows;

public sealed class ConnectorFlowTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingPartitions _partitions = new();
    private readonly ScriptedConnector _bank = new();

    [Theory]
    [InlineData(ConnectorCallKind.Authorize, 0, "authorize")]
    [InlineData(ConnectorCallKind.Capture, 0, "capture")]
    [InlineData(ConnectorCallKind.Void, 0, "void")]
    [InlineData(ConnectorCallKind.Refund, 0, "refund")]
    [InlineData(ConnectorCallKind.Refund, 1, "sync")]
    public async Task P18_each_call_reaches_its_method_and_its_answer_comes_back(
        ConnectorCallKind kind, byte isSync, string method)
    {
        await using ConnectorFlow flow = Start();
        ConnectorCall call = CallOf(1, kind);
        call.IsSync = isSync;
        Assert.True(Accept(flow, call));
        var (seen, name, reply) = _bank.Next();
        Assert.NotEqual(0UL, seen.Run);
        call.Run = seen.Run;
        Assert.Equal(call, seen);
        Assert.Equal(method, name);
        reply.SetResult(new ConnectorReply(ConnectorOutcome.Declined, DeclineCode.IssuerCardExpired, 77));
        ConnectorAnswer answer = _partitions.Next();
        Assert.Equal(
            (call.PaymentId, call.Merchant, call.Amount, call.ActionId, call.Call, call.Attempt,
                call.Connector, call.Kind),
            (answer.PaymentId, answer.Merchant, answer.Amount, answer.ActionId, answer.Call, answer.Attempt,
                answer.Connector, answer.Kind));
        Assert.Equal(
            (ConnectorOutcome.Declined, DeclineCode.IssuerCardExpired, 77UL),
            (answer.Outcome, answer.DeclineCode, answer.Reference));
    }

    [Fact]
    public async Task P17_a_call_that_times_out_or_throws_has_an_unknown_outcome()
    {
        await using ConnectorFlow flow = Start();
        Accept(flow, CallOf(1));
        _bank.Next();
        _time.Advance(TimeSpan.FromMilliseconds(10_000));
        Assert.Equal(ConnectorOutcome.Unknown, _partitions.Next().Outcome);
        Accept(flow, CallOf(2));
        _bank.Next().Reply.SetException(new IOException("Connection reset."));
        Assert.Equal(ConnectorOutcome.Unknown, _partitions.Next().Outcome);
    }

    // The sending before the crash may have been done.
    [Fact]
    public async Task P17_a_failure_of_a_call_sent_again_after_a_crash_says_nothing_about_the_call()
    {
        await using ConnectorFlow flow = Start();
        ConnectorCall again = CallOf(1);
        again.IsResumed = 1;
        Accept(flow, again);
        _bank.ReplyNext(ConnectorOutcome.Failed);
        Assert.Equal(ConnectorOutcome.Unknown, _partitions.Next().Outcome);
    }

    // The bank tells late that a sending of a process that is gone had failed; the one sent again was approved since.
    [Fact]
    public async Task P17_a_failure_told_of_another_process_is_taken_and_forgotten()
    {
        ConnectorCall earlier;
        await using (ConnectorFlow gone = Start())
        {
            Accept(gone, CallOf(1));
            earlier = _bank.Next().Call;
        }

        await using ConnectorFlow flow = Start();
        Assert.True(flow.TryAccept(earlier, new ConnectorReply(ConnectorOutcome.Failed)));
        Assert.True(flow.TryAccept(earlier, new ConnectorReply(ConnectorOutcome.Approved, DeclineCode.None, 5)));
        Assert.Equal(ConnectorOutcome.Approved, _partitions.Next().Outcome);
    }

    [Fact]
    public async Task P17_a_failed_status_question_says_nothing_about_the_call()
    {
        await using ConnectorFlow flow = Start();
        ConnectorCall question = CallOf(1);
        question.IsSync = 1;
        Accept(flow, question);
        _bank.ReplyNext(ConnectorOutcome.Failed);
        Assert.Equal(ConnectorOutcome.Unknown, _partitions.Next().Outcome);
    }

    [Fact]
    public async Task P16_a_call_to_a_connector_that_is_not_configured_surely_was_not_made()
    {
        await using ConnectorFlow flow = Start();
        ConnectorCall call = CallOf(1);
        call.Connector = 200;
        Accept(flow, call);
        Assert.Equal(ConnectorOutcome.Failed, _partitions.Next().Outcome);
    }

    [Fact]
    public async Task X2_the_circuit_opens_on_the_ratio_probes_after_the_break_and_closes()
    {
        await using ConnectorFlow flow = Start();
        ConnectorCircuit circuit = flow.Circuits[1];
        for (ulong i = 1; i <= 4; i++)
        {
            // Declines are healthy answers, and three failures of four calls stay below the minimum throughput.
            Accept(flow, CallOf(i));
            _bank.ReplyNext(i == 1 ? ConnectorOutcome.Declined : ConnectorOutcome.Failed);
            _partitions.Next();
        }

        Assert.Equal(CircuitState.Closed, circuit.State);
        Accept(flow, CallOf(5));
        _bank.ReplyNext(ConnectorOutcome.Failed);
        _partitions.Next();
        Assert.Equal(CircuitState.Open, circuit.State);

        Accept(flow, CallOf(6));
        Assert.Equal(ConnectorOutcome.Failed, _partitions.Next().Outcome);
        Assert.Equal(0, _bank.Waiting);
        ConnectorCall question = CallOf(7);
        question.IsSync = 1;
        Accept(flow, question);
        Assert.Equal(ConnectorOutcome.Unknown, _partitions.Next().Outcome);

        _time.Advance(TimeSpan.FromMilliseconds(1_000));
        Accept(flow, CallOf(8));
        _bank.ReplyNext(ConnectorOutcome.Failed);
        Assert.Equal(ConnectorOutcome.Failed, _partitions.Next().Outcome);
        Assert.Equal(CircuitState.Open, circuit.State);
        _time.Advance(TimeSpan.FromMilliseconds(1_000));
        Accept(flow, CallOf(9));
        _bank.ReplyNext(ConnectorOutcome.Approved);
        Assert.Equal(ConnectorOutcome.Approved, _partitions.Next().Outcome);
        Assert.Equal(CircuitState.Closed, circuit.State);
    }

    [Fact]
    public async Task X2_as_many_probes_as_asked_for_must_pass_one_after_the_other_before_the_circuit_closes()
    {
        await using ConnectorFlow flow = Start(probes: 3);
        ConnectorCircuit circuit = flow.Circuits[1];
        for (ulong i = 1; i <= 5; i++)
        {
            Answered(i, ConnectorOutcome.Failed);
        }

        // Two pass, the third fails: a whole break begins, in which nothing is let through.
        _time.Advance(TimeSpan.FromMilliseconds(1_000));
        Answered(6, ConnectorOutcome.Approved);
        Answered(7, ConnectorOutcome.Declined);
        Assert.NotEqual(CircuitState.Closed, circuit.State);
        Answered(8, ConnectorOutcome.Unknown);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Accept(flow, CallOf(9));
        Assert.Equal(ConnectorOutcome.Failed, _partitions.Next().Outcome);
        Assert.Equal(0, _bank.Waiting);

        // What passed before counts no more: three in a row close it.
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Answered(10, ConnectorOutcome.Approved);
        Answered(11, ConnectorOutcome.Approved);
        Assert.NotEqual(CircuitState.Closed, circuit.State);
        Answered(12, ConnectorOutcome.Approved);
        Assert.Equal(CircuitState.Closed, circuit.State);

        void Answered(ulong call, ConnectorOutcome outcome)
        {
            Accept(flow, CallOf(call));
            _bank.ReplyNext(outcome);
            Assert.Equal(outcome, _partitions.Next().Outcome);
        }
    }

    [Fact]
    public async Task X2_a_ratio_below_the_threshold_never_opens_the_circuit()
    {
        await using ConnectorFlow flow = Start();
        for (ulong i = 1; i <= 30; i++)
        {
            Accept(flow, CallOf(i));
            _bank.ReplyNext(i % 3 == 0 ? ConnectorOutcome.Failed : ConnectorOutcome.Approved);
            _partitions.Next();
        }

        Assert.Equal(CircuitState.Closed, flow.Circuits[1].State);
    }

    [Fact]
    public async Task X2_an_isolated_connector_gets_no_call_until_it_is_closed_by_hand()
    {
        await using ConnectorFlow flow = Start();
        await flow.Circuits[1].IsolateAsync();
        Accept(flow, CallOf(1));
        Assert.Equal(ConnectorOutcome.Failed, _partitions.Next().Outcome);
        _time.Advance(TimeSpan.FromHours(1));
        Accept(flow, CallOf(2));
        Assert.Equal(ConnectorOutcome.Failed, _partitions.Next().Outcome);
        await flow.Circuits[1].CloseAsync();
        Accept(flow, CallOf(3));
        _bank.ReplyNext(ConnectorOutcome.Approved);
        Assert.Equal(ConnectorOutcome.Approved, _partitions.Next().Outcome);
    }

    [Fact]
    public async Task X3_a_full_flow_leaves_the_call_with_the_partition()
    {
        await using ConnectorFlow flow = Start(FullQueue.Wait);
        Accept(flow, CallOf(1));
        var (_, _, reply) = _bank.Next();
        Assert.True(Accept(flow, CallOf(2)));
        Assert.True(Accept(flow, CallOf(3)));
        Assert.False(Accept(flow, CallOf(4)));
        reply.SetResult(new ConnectorReply(ConnectorOutcome.Approved));
        Assert.Equal(1UL, _partitions.Next().Call);
        _bank.ReplyNext(ConnectorOutcome.Approved);
        _bank.ReplyNext(ConnectorOutcome.Approved);
        Assert.Equal(2UL, _partitions.Next().Call);
        Assert.Equal(3UL, _partitions.Next().Call);
    }

    [Fact]
    public async Task X3_a_rejected_call_is_answered_as_surely_not_made()
    {
        await using ConnectorFlow flow = Start(FullQueue.Reject);
        Accept(flow, CallOf(1));
        var (_, _, reply) = _bank.Next();
        Accept(flow, CallOf(2));
        Accept(flow, CallOf(3));
        Assert.True(Accept(flow, CallOf(4)));
        ConnectorAnswer answer = _partitions.Next();
        Assert.Equal((4UL, ConnectorOutcome.Failed), (answer.Call, answer.Outcome));
        reply.SetResult(new ConnectorReply(ConnectorOutcome.Approved));
        _bank.ReplyNext(ConnectorOutcome.Approved);
        _bank.ReplyNext(ConnectorOutcome.Approved);
    }

    [Fact]
    public async Task X3_an_answer_waits_for_room_in_its_partition()
    {
        _partitions.Refusals = 2;
        await using ConnectorFlow flow = Start();
        Accept(flow, CallOf(1));
        _bank.ReplyNext(ConnectorOutcome.Approved);
        while (_partitions.Refusals >= 0 && _partitions.Count == 0)
        {
            // The flow retries on its own time, which this moves on.
            _time.Advance(5);
            Thread.Yield();
        }

        Assert.Equal(1UL, _partitions.Next().Call);
    }

    [Fact]
    public async Task P18_a_notification_of_the_connector_comes_back_like_an_answer()
    {
        await using ConnectorFlow flow = Start();
        Assert.True(_bank.Listener!.TryAccept(CallOf(9), new ConnectorReply(ConnectorOutcome.Approved)));
        ConnectorAnswer answer = _partitions.Next();
        Assert.Equal((9UL, ConnectorOutcome.Approved), (answer.Call, answer.Outcome));
    }

    [Fact]
    public async Task P18_an_answer_that_no_partition_takes_does_not_keep_the_next_from_coming_back()
    {
        await using ConnectorFlow flow = Start();
        ConnectorCall nobodys = CallOf(8);
        nobodys.Merchant = 0;
        Assert.True(_bank.Listener!.TryAccept(nobodys, new ConnectorReply(ConnectorOutcome.Approved)));
        Assert.True(_bank.Listener!.TryAccept(CallOf(9), new ConnectorReply(ConnectorOutcome.Approved)));
        Assert.Equal(9UL, _partitions.Next().Call);
        Assert.Equal(1, flow.AnswersRefused);
    }

    private static bool Accept(ConnectorFlow flow, ConnectorCall call)
    {
        EffectQueue queue = new();
        queue.Add(ConnectorCall.EffectKind, call);
        Assert.True(queue.TryTake(1, out Effect effect));
        return flow.TryAccept(0, effect);
    }

    private static ConnectorCall CallOf(ulong number, ConnectorCallKind kind = ConnectorCallKind.Authorize) => new()
    {
        PaymentId = 1_000 + number,
        Merchant = 7,
        Amount = 500,
        ActionId = kind == ConnectorCallKind.Authorize ? UInt128.Zero : 2_000 + number,
        Call = number,
        Currency = 356,
        Attempt = 1,
        Connector = 1,
        Kind = kind,
        IsSale = 1,
    };

    private ConnectorFlow Start(FullQueue whenFull = FullQueue.Wait, int probes = 1)
    {
        ConnectorFlowOptions options = new()
        {
            Workers = 1,
            QueueCapacity = 2,
            WhenFull = whenFull,
            CallTimeoutMs = 10_000,
            BreakRatio = 0.5,
            BreakWindowMs = 10_000,
            BreakMinimumCalls = 5,
            BreakMs = 1_000,
            BreakProbes = probes,
            DrainMs = 0,
        };
        return new ConnectorFlow([_bank], _partitions, options, _time);
    }
}
