using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Fuzz.Core;
using FastCore.Fuzz.Frames;
using FastCore.Node;
using FastCore.Node.Access;
using FastCore.Node.Fraud;
using FastCore.Node.Sessions;
using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Seats;
using FastCore.Testing;

namespace FastCore.Fuzz.Requests;

/// <summary>
/// A run of requests, as they come from clients and connectors, against the state machines of one new partition. An
/// exception there would stop a partition for everybody, so no field of any request may cause one. Each step of the
/// input is which operation (one byte), how many elements (one byte), how many seconds later (two bytes), the body.
/// </summary>
public sealed class RequestFuzzer : Fuzzer
{
    private const int StepSize = 4;
    private const int ElementsMax = 4;
    private const int StepsMax = 24;
    private const int SlicesMax = 10_000;
    private const ulong NsPerS = 1_000_000_000;

    private static readonly OperationShape[] Shapes =
        [.. OperationTable.All.Where(shape => shape.Kind != OperationKind.Session && IsFuzzed(shape.Operation))];

    private static readonly int FirstOfSeats = IndexOf(Operation.CreateChart);
    private static readonly int LastOfSeats = IndexOf(Operation.ListWaitingList);

    private static readonly StateSettings Settings = new(
        new LedgerOptions
        {
            AccountsMax = 64,
            BooksMax = 8,
            BookLedgersMax = 16,
            OpenPendingsMax = 16,
            SliceRowsMax = 2,
        },
        new PaymentsOptions { MerchantsMax = 4, OpenPaymentsMax = 8, OpenCallsMax = 8 },
        Seats: new SeatsOptions
        {
            ChartsMax = 2,
            ChartBlocksMax = 8,
            ShowsMax = 4,
            ShowBlocksMax = 16,
            HoldsMax = 8,
            BookingsUnderWayMax = 2,
            BuyersMax = 2,
            ChannelBlocksMax = 8,
            WaitingRoomsMax = 2,
            WaitingBuyersMax = 6,
            WaitingStepsMax = 2,
            WaitingListsMax = 3,
            WaitingListEntriesMax = 6,
            WaitingListOffersMax = 1,
        });

    private static readonly FraudSetup Fraud = FraudSetups.Make();

    private readonly byte[] _reply = GC.AllocateUninitializedArray<byte>(Limits.ReplyBodySizeMax, pinned: true);
    private readonly byte[] _body = GC.AllocateUninitializedArray<byte>(2048, pinned: true);

    /// <inheritdoc/>
    public override string Name => "requests";

    /// <inheritdoc/>
    public override string Summary =>
        "Ledger, payments, fraud and seats: runs of requests with any content behind the gate.";

    /// <inheritdoc/>
    public override int InputSizeMax => 4096;

    /// <inheritdoc/>
    public override long AllocationMax => 2 << 20;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        byte[] input = new byte[InputSizeMax];
        for (ulong seed = 1; seed <= 60; seed++)
        {
            yield return input[..Generate(input, new SeededRandom(seed))];
        }

        foreach (byte[] frame in GoldenFrames.Requests)
        {
            ushort number = BinaryPrimitives.ReadUInt16LittleEndian(frame.AsSpan(16));
            int operation = Array.FindIndex(Shapes, shape => (ushort)shape.Operation == number);
            if (operation < 0)
            {
                continue;
            }

            yield return [(byte)operation, 0, 0, 0, .. frame[Limits.FrameHeaderSize..]];
        }
    }

    /// <inheritdoc/>
    public override int Generate(Span<byte> input, SeededRandom random)
    {
        int length = 0;
        int stepsMax = random.Between(2, 16);
        bool isAboutSeats = random.OneIn(3);
        for (int step = 0; step < stepsMax; step++)
        {
            // Nothing about seats means anything without a chart and a show, which chance alone seldom brings first.
            int operation = !isAboutSeats ? random.Below(Shapes.Length)
                : step < 2 ? FirstOfSeats + step
                : FirstOfSeats + random.Below(LastOfSeats - FirstOfSeats + 1);
            OperationShape shape = Shapes[operation];
            int elements = Math.Min(random.Between(1, ElementsMax), shape.ElementsMax);
            int bodySize = shape.PrefixSize + (elements * shape.ElementSize);
            if (length + StepSize + bodySize > input.Length)
            {
                break;
            }

            Span<byte> body = input.Slice(length + StepSize, bodySize);
            input[length] = (byte)operation;
            input[length + 1] = (byte)(elements - 1);
            BinaryPrimitives.WriteUInt16LittleEndian(input[(length + 2)..], (ushort)random.Skewed());
            LikelyElements.Fill(shape, body, random);
            length += StepSize + bodySize;
        }

        return length;
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        using MemoryPartitionStorage storage = new(0, keepJournal: false);
        PartitionContext context = new(storage, new EventClock(), new EffectQueue());
        using (PartitionDomains domains = new(context, Settings, Fraud))
        {
            PartitionMachine machine = domains.Machine;
            PutPolicyInForce(context, machine);
            int executed = 0;
            int shape = 0;
            ulong nowNs = ManualClock.StartNs;
            for (int steps = 0; steps < StepsMax && input.Length >= StepSize; steps++)
            {
                nowNs += BinaryPrimitives.ReadUInt16LittleEndian(input[2..]) * NsPerS;
                int outcome = Step(context, machine, ref input, nowNs);
                executed += outcome >= 0 ? 1 : 0;
                shape = outcome;
            }

            // What is left to fire, as time goes on without requests.
            Batch(context, machine, nowNs + (400_000 * NsPerS), default, default, 0);
            string? broken = machine.CheckInvariants();
            BrokenPropertyException.Unless(broken is null, "an invariant is broken: " + broken);
            return executed > 0 ? Verdict.Accepted(shape, Math.Min(executed, 4)) : Verdict.Refused(shape);
        }
    }

    private static int IndexOf(Operation operation) => Array.FindIndex(Shapes, shape => shape.Operation == operation);

    // A policy is named by a node that has stored it, never by a client; with one partition there is one step; and what
    // the node itself answers never reaches a partition.
    private static bool IsFuzzed(Operation operation) => !OperationTable.Find(operation)!.IsAtNode && operation
        is not (>= Operation.ObserveCards and <= Operation.ScoreObserved or Operation.LabelCards
            or Operation.ActivatePolicies);

    private void PutPolicyInForce(PartitionContext context, PartitionMachine machine)
    {
        OperationShape shape = OperationTable.Find(Operation.ActivatePolicies)!;
        ActivatePolicy command = new() { Version = FraudSetups.PolicyVersion };
        FraudSetups.PolicyHash.CopyTo(command.Hash);
        Span<byte> body = _body.AsSpan(0, ActivatePolicy.Size);
        MemoryMarshal.Write(body, in command);
        CommandHeader header = new()
        {
            Length = (uint)(CommandHeader.Size + body.Length),
            Operation = (ushort)Operation.ActivatePolicies,
            Count = 1,
        };
        Batch(context, machine, ManualClock.StartNs, header, body, shape.ResultSize);
    }

    // One request; the outcome is its first result's code and how much it answered, or negative when the gate refused.
    private int Step(PartitionContext context, PartitionMachine machine, ref ReadOnlySpan<byte> input, ulong nowNs)
    {
        int index = input[0] % Shapes.Length;
        OperationShape shape = Shapes[index];
        int elements = Math.Min(1 + (input[1] % ElementsMax), shape.ElementsMax);
        int size = Math.Min(shape.PrefixSize + (elements * shape.ElementSize), input.Length - StepSize);
        Span<byte> body = _body.AsSpan(0, size);
        input.Slice(StepSize, size).CopyTo(body);
        input = input[(StepSize + size)..];
        FrameStatus status = RequestGate.Check(
            shape.Operation, body, Grant.Full, isInternal: true, out _, out int count);
        if (status != FrameStatus.Ok)
        {
            return -(int)status;
        }

        int replyMax = RequestGate.ReplyMax(shape, body, count);
        Span<byte> reply = _reply.AsSpan(0, replyMax);
        CommandHeader header = new()
        {
            Length = (uint)(CommandHeader.Size + size),
            Operation = (ushort)shape.Operation,
            Count = (uint)count,
            Key = shape.IsForAll ? 0 : MemoryMarshal.Read<ulong>(body[shape.KeyOffset..]),
        };
        int length = shape.Kind is OperationKind.Write or OperationKind.Internal
            ? Batch(context, machine, nowNs, header, body, replyMax)
            : Read(machine, in header, body, reply);
        BrokenPropertyException.Unless(
            length >= 0 && length <= replyMax && length % shape.ResultSize == 0, "a reply of no whole results");
        BrokenPropertyException.Unless(
            shape.Kind is not (OperationKind.Write or OperationKind.Internal) || length == count * shape.ResultSize,
            "not one result for each element");
        int code = length >= 16 && shape.Kind != OperationKind.Query ? MemoryMarshal.Read<ushort>(reply[8..]) : 0;
        return (index << 22) + (Verdict.SizeClass(length) << 16) + code;
    }

    // What a partition does with a batch of one command, or of none.
    private int Batch(
        PartitionContext context, PartitionMachine machine, ulong nowNs, CommandHeader header, Span<byte> body,
        int replyMax)
    {
        context.Time.BeginBatch(Math.Max(nowNs, context.Time.Last + 1));
        machine.BeginBatch();
        if (!body.IsEmpty)
        {
            machine.Prefetch(in header, body);
            machine.CompletePrefetch();
        }

        machine.FireTimers();
        int length = body.IsEmpty ? 0 : machine.Execute(in header, body, _reply.AsSpan(0, replyMax));
        while (context.Effects.TryTake(long.MaxValue, out _))
        {
            // The connectors of this partition never answer by themselves; answers are requests here.
        }

        return length;
    }

    private static int Read(PartitionMachine machine, in CommandHeader header, Span<byte> body, Span<byte> reply)
    {
        ReadCursor cursor = default;
        int length;
        for (int slices = 0; !machine.Read(in header, body, ref cursor, reply, out length); slices++)
        {
            BrokenPropertyException.Unless(slices < SlicesMax, "a read that comes to no end");
        }

        return length;
    }
}
