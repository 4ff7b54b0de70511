using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Engine.Limiting;

/// <summary>
/// One limiter per key in bounded memory: 48 bytes a key and about 14 for the index. Keys that are as good as new are
/// forgotten when room is needed. When all are in use, new keys are admitted without being counted or refused, as
/// chosen. A part of the state like any table: decisions are the same after a recovery.
/// </summary>
/// <typeparam name="TLimiter">The algorithm.</typeparam>
public sealed class KeyedLimiter<TLimiter> : IStatePart, IMemoryUser, IDisposable
    where TLimiter : struct, ILimiter
{
    // Rows looked at per insert when the table is full: bounds the work, and over many inserts the hand sees them all.
    private const int RowsExaminedMax = 16;

    private readonly OffHeapTable<LimiterKey, LimiterRow> _table;
    private readonly LimiterSettings _settings;
    private readonly bool _failsOpen;
    private int _hand;
    private int _markedHand;
    private bool _handWritten;

    /// <summary>Makes an empty limiter.</summary>
    /// <param name="name">Name of the state part.</param>
    /// <param name="keysMax">Keys at most.</param>
    /// <param name="settings">The limit of each key.</param>
    /// <param name="failsOpen">Whether a key for which there is no room is admitted (true) or refused.</param>
    public KeyedLimiter(string name, int keysMax, in LimiterSettings settings, bool failsOpen)
    {
        if (TLimiter.Validate(settings) is string wrong)
        {
            throw new ArgumentException(wrong, nameof(settings));
        }

        _table = new OffHeapTable<LimiterKey, LimiterRow>(name, 1, keysMax);
        _settings = settings;
        _failsOpen = failsOpen;
    }

    /// <inheritdoc/>
    public string Name => _table.Name;

    /// <inheritdoc/>
    public uint Version => 1;

    /// <summary>Keys remembered.</summary>
    public int Count => _table.Count;

    /// <summary>Requests decided by fail-open or fail-closed because there was no room. Not state.</summary>
    public long WithoutRoom { get; private set; }

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses) => _table.MeasureMemory(uses);

    /// <summary>
    /// Takes permits of a key; see <see cref="ILimiter.TryAcquire"/>. When refused for want of room, the retry-after is
    /// the period: a suggestion, not a promise.
    /// </summary>
    public bool TryAcquire(UInt128 key, ulong nowNs, uint permits, out ulong retryAfterNs)
    {
        LimiterKey wanted = new(key);
        int slot = _table.Find(wanted);
        if (slot < 0)
        {
            if (_table.IsFull && !TryForgetOne(nowNs))
            {
                WithoutRoom++;
                retryAfterNs = _failsOpen ? 0 : Math.Max(_settings.PeriodNs, 1);
                return _failsOpen;
            }

            _table.Insert(wanted, out slot).Id = wanted;
        }

        return TLimiter.TryAcquire(ref _table.Write(slot).State, _settings, nowNs, permits, out retryAfterNs);
    }

    /// <inheritdoc/>
    public void BeginCheckpoint()
    {
        _table.BeginCheckpoint();
        _markedHand = _hand;
        _handWritten = false;
    }

    /// <inheritdoc/>
    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        if (!_handWritten)
        {
            Span<byte> hand = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(hand, _markedHand);
            writer.Write(hand);
            _handWritten = true;
        }

        return _table.WriteSlice(writer, bytesMax);
    }

    /// <inheritdoc/>
    public void AbandonCheckpoint() => _table.AbandonCheckpoint();

    /// <inheritdoc/>
    public bool AbandonSlice(int bytesMax) => _table.AbandonSlice(bytesMax);

    /// <inheritdoc/>
    public void Recover(ISnapshotReader reader, uint version)
    {
        Span<byte> hand = stackalloc byte[sizeof(long)];
        reader.Read(hand);
        _table.Recover(reader, version);
        long recovered = BinaryPrimitives.ReadInt64LittleEndian(hand);
        if (recovered < 0 || recovered > _table.SlotsUsed)
        {
            throw new CorruptStorageException($"section {Name}", 0, 0, "the hand points beyond the table");
        }

        _hand = (int)recovered;
    }

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();

    private bool TryForgetOne(ulong nowNs)
    {
        int examined = Math.Min(RowsExaminedMax, _table.SlotsUsed);
        for (int i = 0; i < examined; i++)
        {
            int slot = _hand;
            _hand = _hand + 1 >= _table.SlotsUsed ? 0 : _hand + 1;
            if (TLimiter.IsFresh(_table.Read(slot).State, _settings, nowNs))
            {
                _table.Remove(slot);
                return true;
            }
        }

        return false;
    }

    private readonly record struct LimiterKey(UInt128 Id) : ITableKey<LimiterKey>
    {
        public ulong Hash64()
        {
            ulong mixed = ((ulong)Id ^ 0x9E3779B97F4A7C15UL) * 0xBF58476D1CE4E5B9UL;
            mixed = (mixed ^ (mixed >> 32) ^ (ulong)(Id >> 64)) * 0x94D049BB133111EBUL;
            return mixed ^ (mixed >> 29);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LimiterRow : ITableRow<LimiterKey>
    {
        public LimiterKey Id;
        public LimiterState State;

        public readonly LimiterKey Key => Id;
    }
}
