using System.Buffers.Binary;
using FastCore.Fuzz.Core;
using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;

namespace FastCore.Fuzz.Frames;

/// <summary>
/// Bodies of requests at the gate before the state machine. The input is the operation (two bytes), which grant asks
/// and whether from inside (one byte), the body.
/// </summary>
public sealed class GateFuzzer : Fuzzer
{
    private const int HeadSize = 3;

    private static readonly Grant[] Grants =
    [
        Grant.Full,
        Grant.Of(
            1, [Operation.CreateTransfers, Operation.CreateOrders, Operation.HoldSeats, Operation.BookHeld], null),
        Grant.Of(2, null, [(7, 9), (100, 200)]),
        Grant.Of(3, [], []),
    ];

    /// <inheritdoc/>
    public override string Name => "gate";

    /// <inheritdoc/>
    public override string Summary => "RequestGate: bodies of requests before they may reach the state machine.";

    /// <inheritdoc/>
    public override int InputSizeMax => 34_000;

    /// <inheritdoc/>
    public override long AllocationMax => 0;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        foreach (byte[] frame in GoldenFrames.Requests)
        {
            byte[] body = frame[Limits.FrameHeaderSize..];
            for (byte grant = 0; grant < Grants.Length; grant++)
            {
                yield return [frame[16], frame[17], grant, .. body];
            }
        }

        foreach (OperationShape shape in OperationTable.All.Where(shape => shape.ElementSize > 1))
        {
            byte[] body = new byte[shape.PrefixSize + (shape.ElementSize * Math.Min(shape.ElementsMax, 3))];
            int step = shape.PrefixSize > 0 ? body.Length : shape.ElementSize;
            for (int at = shape.KeyOffset; !shape.IsForAll && at < body.Length; at += step)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(at), 8);
            }

            yield return [(byte)shape.Operation, (byte)((ushort)shape.Operation >> 8), 2, .. body];
            yield return [(byte)shape.Operation, (byte)((ushort)shape.Operation >> 8), 128, .. body];
        }

        // The smallest element, one more than there may be of them.
        yield return [110, 0, 0, 7, .. new byte[15 + (4 * (Limits.ElementsPerRequestMax + 1))]];
        yield return [110, 0, 0, 7, .. new byte[15 + (4 * Limits.ElementsPerRequestMax)]];
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeadSize)
        {
            return Verdict.Refused(-1);
        }

        Operation operation = (Operation)BinaryPrimitives.ReadUInt16LittleEndian(input);
        Grant grant = Grants[input[2] & 3];
        bool isInternal = input[2] >= 128;
        ReadOnlySpan<byte> body = input[HeadSize..];
        FrameStatus status = RequestGate.Check(
            operation, body, grant, isInternal, out OperationShape? shape, out int count);
        if (status != FrameStatus.Ok)
        {
            return Verdict.Refused((int)status, (int)operation % 1024);
        }

        BrokenPropertyException.Unless(
            shape is not null && shape.Operation == operation
            && shape.Kind != OperationKind.Session && (isInternal || shape.Kind != OperationKind.Internal),
            "an operation that nobody may call");
        BrokenPropertyException.Unless(grant.Allows(operation), "an operation that is not granted");
        BrokenPropertyException.Unless(
            grant.AllowsBoxOffice || !HasFlagOfBoxOffice(operation, body),
            "a flag of the box office without its right");
        BrokenPropertyException.Unless(
            count >= 1 && count <= shape.ElementsMax
            && shape.PrefixSize + ((long)count * shape.ElementSize) == body.Length,
            "the elements do not fill the body");
        CheckKeys(body, shape, grant, count);
        int replyMax = RequestGate.ReplyMax(shape, body, count);
        BrokenPropertyException.Unless(
            replyMax is >= 0 and <= Limits.ReplyBodySizeMax && replyMax % shape.ResultSize == 0,
            "a reply that no frame can carry");
        return Verdict.Accepted((int)operation, Verdict.SizeClass(count), Verdict.SizeClass(replyMax));
    }

    // The bits as the documents write them.
    private static bool HasFlagOfBoxOffice(Operation operation, ReadOnlySpan<byte> body)
    {
        (int size, int at, int mask) = operation switch
        {
            Operation.HoldSeats => (128, 36, 2 | 4),
            Operation.HoldBestAvailable or Operation.HoldGeneralAdmission => (64, 36, 2 | 4),
            Operation.BookHeld => (128, 92, 1),
            _ => (1, 0, 0),
        };
        bool has = false;
        for (int element = 0; mask != 0 && element < body.Length; element += size)
        {
            has |= (body[element + at] & mask) != 0;
        }

        return has;
    }

    // Byte by byte, so that it is not the same code that is checked.
    private static void CheckKeys(ReadOnlySpan<byte> body, OperationShape shape, Grant grant, int count)
    {
        // What goes to every partition belongs to no book, so only who may use all of them may ask for it.
        BrokenPropertyException.Unless(
            !shape.IsForAll || grant.AllowsEveryBook, "a change of all partitions that is not granted");
        for (int i = 0; i < (shape.IsForAll ? 0 : shape.PrefixSize > 0 ? 1 : count); i++)
        {
            ulong key = 0;
            for (int digit = 7; digit >= 0; digit--)
            {
                key = (key << 8) | body[(i * shape.ElementSize) + shape.KeyOffset + digit];
            }

            BrokenPropertyException.Unless(key is >= 1 and <= Limits.BookMax, "a key out of range");
            BrokenPropertyException.Unless(grant.AllowsBook(key), "a book that is not granted");
        }

        BrokenPropertyException.Unless(
            shape.PrefixSize == 0 || !body[8..16].ContainsAnyExcept((byte)0), "reserved bytes are not zero");
    }
}
