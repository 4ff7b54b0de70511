using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Simulation.Checks;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Runs;
using Xunit;

namespace FastCore.Simulation.Tests.Checks;

/// <summary>
/// What a client over a network may find in the journal: each sending once at most, and what it was told.
/// </summary>
public sealed class UnorderedWritesTests
{
    private const int Client = 3;

    private static readonly byte[] Body = [.. Enumerable.Range(0, 16 + 128).Select(value => (byte)value)];
    private static readonly byte[] Created = [.. Enumerable.Repeat((byte)1, 16)];
    private static readonly byte[] Exists = [.. Enumerable.Repeat((byte)2, 16)];

    private readonly UnorderedWrites _writes = new(0);
    private ulong _calls;

    [Fact]
    public void A_cut_request_that_is_sent_again_may_arrive_never_once_or_twice_and_in_any_order()
    {
        for (int arrivals = 0; arrivals <= 2; arrivals++)
        {
            CallPart first = Send(committed: 4);
            Answer(first, FrameStatus.Unknown, [], committed: 4);
            CallPart second = Send(committed: 4);
            Execute(5, Created);
            if (arrivals > 0)
            {
                Execute(6, Exists);
            }

            // Which of the two the second answer is about nobody can say.
            Answer(second, FrameStatus.Ok, arrivals > 1 ? Exists : Created, committed: 6);
            _writes.CompareAnswered(6);
            _writes.EndLife(6);
        }
    }

    [Fact]
    public void A_request_that_is_in_the_journal_more_often_than_it_was_sent_is_noticed()
    {
        Answer(Send(committed: 0), FrameStatus.Unknown, [], committed: 0);
        Send(committed: 0);
        Execute(1, Created);
        Execute(2, Exists);
        Assert.Throws<SimulationException>(() => Execute(3, Exists));
    }

    [Fact]
    public void A_request_that_was_answered_once_and_executed_twice_is_noticed()
    {
        CallPart part = Send(committed: 0);
        Execute(1, Created);
        Answer(part, FrameStatus.Ok, Created, committed: 1);
        _writes.CompareAnswered(1);
        Assert.Throws<SimulationException>(() => Execute(2, Exists));
    }

    [Fact]
    public void What_comes_before_it_was_sent_or_after_its_answer_is_not_it()
    {
        Answer(Send(committed: 0), FrameStatus.Unknown, [], committed: 0);
        Execute(3, Created);
        CallPart again = Send(committed: 3);
        Answer(again, FrameStatus.Ok, Created, committed: 4);
        Assert.Throws<AcknowledgedLossException>(() => _writes.CompareAnswered(9));
    }

    [Fact]
    public void An_answer_that_no_execution_gave_is_noticed()
    {
        CallPart part = Send(committed: 0);
        Execute(1, Created);
        Answer(part, FrameStatus.Ok, Exists, committed: 1);
        Assert.Throws<SimulationException>(() => _writes.CompareAnswered(1));
    }

    [Fact]
    public void What_was_acknowledged_and_what_was_refused_are_noticed_at_the_end_of_the_life()
    {
        Answer(Send(committed: 0), FrameStatus.Ok, Created, committed: 7);
        Assert.Throws<AcknowledgedLossException>(() => _writes.EndLife(2));
        UnorderedWrites other = new(0);
        CallPart refused = Send(committed: 0, other);
        Execute(1, Created, other);
        Answer(refused, FrameStatus.Overloaded, [], committed: 0);
        Assert.Throws<SimulationException>(() => other.CompareAnswered(1));
    }

    [Fact]
    public void A_command_that_nobody_sent_is_noticed()
    {
        Send(committed: 0);
        Assert.Throws<SimulationException>(() => _writes.Executed(Header(Client + 1), Body, 1, Created));
        _writes.EndLife(0);
        Assert.Throws<SimulationException>(() => Execute(1, Created));
    }

    private static CommandHeader Header(int client) =>
        new() { Principal = (uint)client, Operation = (ushort)Operation.CreateTransfers };

    private CallPart Send(ulong committed, UnorderedWrites? writes = null)
    {
        Call call = new(++_calls, Client, new SimulatedRequest(Operation.CreateTransfers, Body), (long)_calls);
        CallPart part = new(call, 0, Body, []) { CommittedBefore = committed };
        (writes ?? _writes).Submitted(part);
        return part;
    }

    private void Execute(ulong sequence, byte[] result, UnorderedWrites? writes = null) =>
        (writes ?? _writes).Executed(Header(Client), Body, sequence, result);

    private static void Answer(CallPart part, FrameStatus status, byte[] reply, ulong committed)
    {
        part.Call.Answer(1_000, status, reply);
        part.CommittedAfter = committed;
    }
}
