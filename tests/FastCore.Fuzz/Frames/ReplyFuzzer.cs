using System.Buffers;
using FastCore.Client.Calls;
using FastCore.Client.Connections;
using FastCore.Fuzz.Core;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Fuzz.Frames;

/// <summary>
/// What a client does with replies of a hostile server, with calls of several kinds in flight, one of them sent for the
/// second time.
/// </summary>
public sealed class ReplyFuzzer : StreamFuzzer
{
    private const int Calls = 4;
    private const int ReplySize = 256;
    private const byte Guard = 0xA5;

    private static readonly Operation[] Operations =
        [Operation.CreateTransfers, Operation.LookupAccounts, Operation.CreateOrders, Operation.QueryTransfers];

    private readonly byte[] _results = new byte[Calls * ReplySize];
    private readonly PendingCall[] _taken = new PendingCall[Calls];
    private readonly PendingCall[] _calls = new PendingCall[Calls];

    /// <inheritdoc/>
    public override string Name => "client-replies";

    /// <inheritdoc/>
    public override string Summary => "ReplyIntake and CallTable: a client's calls against the bytes of a server.";

    /// <inheritdoc/>
    public override long AllocationMax => 4096;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        foreach (FrameStatus status in Enum.GetValues<FrameStatus>())
        {
            byte[] stream = [(byte)status];
            for (int slot = 0; slot < Calls; slot++)
            {
                FrameHeader header = new()
                {
                    Operation = Operations[slot],
                    Correlation = CorrelationOf(slot),
                    Status = slot == 1 ? status : FrameStatus.Ok,
                    TimeoutMs = status == FrameStatus.Overloaded ? 12u : 0,
                };
                stream = [.. stream, .. FrameBytes.Of(header, new byte[slot * 96])];
            }

            yield return stream;
        }

        foreach (byte[] frame in GoldenFrames.Replies)
        {
            yield return [30, .. frame];
        }
    }

    /// <inheritdoc/>
    protected override Verdict Run(ReadOnlySpan<byte> bytes, in ReadOnlySequence<byte> pieces)
    {
        _results.AsSpan().Fill(Guard);
        CallTable table = Fill();
        ReplyIntake intake = new(table, TimeProvider.System);
        bool inStep = intake.Take(pieces, out SequencePosition _);
        BrokenPropertyException.Unless(
            intake.Count * Limits.FrameHeaderSize <= bytes.Length, "more replies than bytes");
        int completed = 0;
        int shape = inStep ? 1 : 0;
        for (int i = 0; i < Calls; i++)
        {
            bool isDone = _calls[i].Task.IsCompleted;
            completed += isDone ? 1 : 0;
            shape = (shape * 97) + Check(i, isDone);
        }

        BrokenPropertyException.Unless(table.InFlight == Calls - completed, "a call is neither in flight nor done");
        foreach (PendingCall left in table.TakeAll())
        {
            left.Complete(new Reply(FrameStatus.Unknown, 0, 0));
        }

        return completed > 0 || intake.Count > 0 ? Verdict.Accepted(shape, completed) : Verdict.Refused(shape);
    }

    // The first call was sent before, over a connection that was cut: its effect is unknown until a reply says Ok.
    private CallTable Fill()
    {
        CallTable table = new(Calls);
        for (int i = 0; i < Calls; i++)
        {
            // Half of each place belongs to the call, the other half is nobody's.
            Memory<byte> reply = _results.AsMemory(i * ReplySize, ReplySize / 2);
            _calls[i] = table.TryAdd(Operations[i], default, reply, 0, long.MaxValue, out FrameStatus _)!;
            BrokenPropertyException.Unless(_calls[i].Correlation == CorrelationOf(i), "the seeds name other calls");
            if (i == 0)
            {
                Send(table);
                table.TakeCut(retry: true);
            }
        }

        Send(table);
        return table;
    }

    private void Send(CallTable table)
    {
        int count = table.TakeQueued(_taken, int.MaxValue);
        table.MarkAwaiting(_taken.AsSpan(0, count));
    }

    private int Check(int slot, bool isDone)
    {
        ReadOnlySpan<byte> place = _results.AsSpan(slot * ReplySize, ReplySize);
        if (!isDone)
        {
            BrokenPropertyException.Unless(!place.ContainsAnyExcept(Guard), "bytes for a call that is not done");
            return 1;
        }

        Reply reply = _calls[slot].Task.GetAwaiter().GetResult();
        BrokenPropertyException.Unless(reply.Length is >= 0 and <= ReplySize / 2, "a length beyond the place");
        BrokenPropertyException.Unless(
            !place[reply.Length..].ContainsAnyExcept(Guard), "bytes behind the reply were written");
        BrokenPropertyException.Unless(
            slot != 0 || reply.Status is FrameStatus.Ok or FrameStatus.Unknown or FrameStatus.InvalidBodySize,
            "a refusal of the second attempt decided a call whose first one may have had an effect");
        return 2 + (int)reply.Status;
    }

    // What the table gives the calls: the sequence above, the slot in the low 16 bits.
    private static ulong CorrelationOf(int slot) => ((ulong)(slot + 1) << 16) | (uint)slot;
}
