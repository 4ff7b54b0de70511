using System.Buffers.Binary;
using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;

namespace FastCore.Engine.Tests.Partitions;

/// <summary>
/// The smallest state machine that shows everything a partition promises: a row of counters. Add answers the new value
/// and its timestamp, Get reads, Await reads once the counter is not zero or its milliseconds are over, Arm sets a
/// timer that adds 1,000 to the first counter, ArmMany as many as it is told, a nanosecond apart, Explode breaks an
/// invariant, Emit lets an effect out.
/// </summary>
internal sealed class CounterMachine(PartitionContext context) : IStateMachine, IStatePart
{
    public const ushort Add = 1;
    public const ushort Get = 2;
    public const ushort SlowGet = 3;
    public const ushort Explode = 4;
    public const ushort Emit = 5;
    public const ushort Arm = 6;
    public const ushort ExplodingGet = 7;
    public const ushort Await = 8;
    public const ushort ArmMany = 9;

    private readonly long[] _counters = new long[16];
    private long[] _marked = [];
    private ulong _timerNs = ulong.MaxValue;
    private ulong _timers;

    public ulong NextTimerNs => _timerNs;

    public ulong TimerLimitNs(ulong timeNs, int timersMax) =>
        _timers <= (ulong)timersMax ? timeNs : Math.Min(timeNs, _timerNs + (ulong)timersMax - 1);

    public IReadOnlyList<IStatePart> Parts => [context.Time, this];

    public string Name => "counters";

    public uint Version => 1;

    public CommandKind KindOf(ushort operation) => operation switch
    {
        Add or Explode or Emit or Arm or ArmMany => CommandKind.Write,
        Get or SlowGet or ExplodingGet => CommandKind.Read,
        Await => CommandKind.Await,
        _ => CommandKind.Unknown,
    };

    public uint AwaitMs(in CommandHeader command, ReadOnlySpan<byte> body) =>
        _counters[BinaryPrimitives.ReadInt64LittleEndian(body) & 15] != 0
            ? 0
            : BinaryPrimitives.ReadUInt32LittleEndian(body[8..]);

    public void BeginBatch()
    {
    }

    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body)
    {
    }

    public void CompletePrefetch()
    {
    }

    public void FireTimers()
    {
        while (_timerNs <= context.Time.BatchNs)
        {
            _timerNs = --_timers == 0 ? ulong.MaxValue : _timerNs + 1;
            _counters[0] += 1_000;
        }
    }

    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        switch (command.Operation)
        {
            case Explode:
                throw new InvalidOperationException("broken on purpose");
            case Arm or ArmMany:
                _timerNs = BinaryPrimitives.ReadUInt64LittleEndian(body);
                _timers = command.Operation == Arm ? 1 : BinaryPrimitives.ReadUInt64LittleEndian(body[8..]);
                return 0;
            case Emit:
                context.Effects.Add(7, BinaryPrimitives.ReadInt64LittleEndian(body));
                return 0;
            default:
                long index = BinaryPrimitives.ReadInt64LittleEndian(body) & 15;
                _counters[index] += BinaryPrimitives.ReadInt64LittleEndian(body[8..]);
                BinaryPrimitives.WriteInt64LittleEndian(reply, _counters[index]);
                BinaryPrimitives.WriteUInt64LittleEndian(reply[8..], context.Time.Next());
                return 16;
        }
    }

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        if (command.Operation == ExplodingGet)
        {
            throw new InvalidOperationException("broken on purpose");
        }

        ref ulong slices = ref ReadCursor.As<ulong>(ref cursor);
        slices++;
        length = 0;
        if (command.Operation == SlowGet && slices == 1)
        {
            // What the first slice saw is the answer, however long it takes.
            BinaryPrimitives.WriteInt64LittleEndian(
                reply, _counters[BinaryPrimitives.ReadInt64LittleEndian(body) & 15]);
        }

        if (command.Operation == SlowGet && slices < 3)
        {
            return false;
        }

        if (command.Operation is Get or Await)
        {
            BinaryPrimitives.WriteInt64LittleEndian(
                reply, _counters[BinaryPrimitives.ReadInt64LittleEndian(body) & 15]);
        }

        length = 8;
        return true;
    }

    public void RebuildDerived()
    {
    }

    public void ResumeEffects()
    {
    }

    public string? CheckInvariants() => _counters[15] < 0 ? "counter 15 is negative" : null;

    public void BeginCheckpoint() => _marked = [.. _counters, (long)_timerNs, (long)_timers];

    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        writer.Write(MemoryMarshal.AsBytes<long>(_marked));
        return true;
    }

    public void AbandonCheckpoint()
    {
    }

    public void Recover(ISnapshotReader reader, uint version)
    {
        reader.Read(MemoryMarshal.AsBytes(_counters.AsSpan()));
        Span<ulong> timers = stackalloc ulong[2];
        reader.Read(MemoryMarshal.AsBytes(timers));
        (_timerNs, _timers) = (timers[0], timers[1]);
    }
}
