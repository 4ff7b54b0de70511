using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Checks;

/// <summary>The share of one partition in a call: what was asked there, and what is known of its answer.</summary>
/// <param name="call">The call it belongs to.</param>
/// <param name="partition">The partition that was asked.</param>
/// <param name="body">Prefix and elements as they went there.</param>
/// <param name="elements">Which elements of the call these are; none = all.</param>
/// <param name="copies">Partitions that were asked the whole of it; 1 = only this one.</param>
public sealed class CallPart(Call call, int partition, byte[] body, int[] elements, int copies = 1)
{
    // What a part is answered with, per element, that was refused as a whole beside others that were not.
    private const int ResultCodeOffset = 8;

    /// <summary>The call it belongs to.</summary>
    public Call Call => call;

    /// <summary>The partition that was asked.</summary>
    public int Partition => partition;

    /// <summary>Prefix and elements as they went to the partition.</summary>
    public byte[] Body => body;

    /// <summary>Sequence that was committed when it was submitted: a read shows that or a later state.</summary>
    public ulong CommittedBefore { get; init; }

    /// <summary>Sequence that was committed when its answer was there: a read shows that or an earlier state.</summary>
    public ulong CommittedAfter { get; set; }

    /// <summary>What the models answer to it, once it was found in the journal.</summary>
    public byte[]? Expected { get; set; }

    /// <summary>Its share of the answer; null while there is none and when the whole call was refused.</summary>
    public byte[]? Reply => call.Status != FrameStatus.Ok || call.Reply is null ? null
        : IsCopy && !call.IsWrite ? OwnRows(call.Reply, call.Shape.ResultSize)
        : elements.Length == 0 ? call.Reply
        : Gather(call.Reply, call.Shape.ResultSize);

    /// <summary>
    /// Whether other partitions were asked the same, whose answers are one: what one of them refused, others may have
    /// done.
    /// </summary>
    public bool IsCopy => copies > 1;

    /// <summary>Whether the answer says that this share was not executed.</summary>
    public bool IsRefused => (call.IsRefused && !(IsCopy && call.IsWrite))
        || (Reply is byte[] reply && LooksRefused(reply, out FrameStatus status) && status != FrameStatus.Unknown);

    /// <summary>Whether an answer can be the one to what the models say of this share.</summary>
    public bool Agrees(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> expected)
    {
        if (!IsCopy || !call.IsWrite)
        {
            return reply.SequenceEqual(expected);
        }

        // Of the answers of all partitions to an element the gravest was given.
        int size = call.Shape.ResultSize;
        bool agrees = reply.Length == expected.Length;
        for (int at = ResultCodeOffset; agrees && at < reply.Length; at += size)
        {
            agrees = MemoryMarshal.Read<uint>(reply[at..]) >= MemoryMarshal.Read<uint>(expected[at..]);
        }

        return agrees;
    }

    /// <summary>Whether both would look the same in the journal.</summary>
    public bool IsSameCommand(CallPart other) => partition == other.Partition
        && call.Request.Operation == other.Call.Request.Operation && body.AsSpan().SequenceEqual(other.Body);

    /// <summary>Whether its share says that only this share was refused.</summary>
    public bool LooksRefused(ReadOnlySpan<byte> reply, out FrameStatus status)
    {
        status = FrameStatus.Ok;
        if (elements.Length == 0)
        {
            return false;
        }

        int size = call.Shape.ResultSize;
        status = (FrameStatus)BitConverter.ToUInt32(reply[ResultCodeOffset..]);
        Span<byte> refusal = stackalloc byte[size];
        refusal.Clear();
        BitConverter.TryWriteBytes(refusal[ResultCodeOffset..], (uint)status);
        for (int i = 0; i < reply.Length; i += size)
        {
            if (!reply.Slice(i, size).SequenceEqual(refusal))
            {
                return false;
            }
        }

        return status is FrameStatus.Overloaded or FrameStatus.DeadlineExceeded or FrameStatus.StorageFull
            or FrameStatus.PartitionStopped or FrameStatus.Unknown;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{call.Shape.Name} (call {call.Number} of client {call.Client}, partition {partition})";

    // Merged rows begin with the key that says which partition they are from.
    private byte[] OwnRows(byte[] merged, int size)
    {
        List<byte> own = [];
        for (int at = 0; at < merged.Length; at += size)
        {
            ReadOnlySpan<byte> row = merged.AsSpan(at, size);
            if (SimulatedNode.PartitionOf(MemoryMarshal.Read<ulong>(row), copies) == partition)
            {
                own.AddRange(row);
            }
        }

        return [.. own];
    }

    private byte[] Gather(byte[] whole, int size)
    {
        byte[] share = new byte[elements.Length * size];
        for (int i = 0; i < elements.Length; i++)
        {
            whole.AsSpan(elements[i] * size, size).CopyTo(share.AsSpan(i * size));
        }

        return share;
    }
}
