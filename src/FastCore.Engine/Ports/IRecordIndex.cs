using System.Runtime.InteropServices;

namespace FastCore.Engine.Ports;

/// <summary>Identity of a record: a 128-bit id inside a scope (the kind of record and its book).</summary>
/// <param name="idLow">Low half of the id.</param>
/// <param name="idHigh">High half of the id.</param>
/// <param name="scope">Kind of record in the top byte, book in the other seven.</param>
[StructLayout(LayoutKind.Sequential, Size = 24)]
public readonly struct RecordKey(ulong idLow, ulong idHigh, ulong scope) : IEquatable<RecordKey>
{
    /// <summary>Low half of the id.</summary>
    public readonly ulong IdLow = idLow;

    /// <summary>High half of the id.</summary>
    public readonly ulong IdHigh = idHigh;

    /// <summary>Kind of record in the top byte, book in the other seven.</summary>
    public readonly ulong Scope = scope;

    /// <summary>The key of a record.</summary>
    public static RecordKey Of(UInt128 id, byte kind, ulong book) =>
        new((ulong)id, (ulong)(id >> 64), ((ulong)kind << 56) | book);

    /// <inheritdoc/>
    public bool Equals(RecordKey other) => IdLow == other.IdLow && IdHigh == other.IdHigh && Scope == other.Scope;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RecordKey other && Equals(other);

    /// <summary>
    /// A 64-bit mix of all three words, the same on every machine. Not for adversarial collision resistance.
    /// </summary>
    public ulong Hash64()
    {
        ulong h = (IdLow ^ 0x9E3779B97F4A7C15UL) * 0xBF58476D1CE4E5B9UL;
        h = (h ^ (h >> 32) ^ IdHigh) * 0x94D049BB133111EBUL;
        h = (h ^ (h >> 29) ^ Scope) * 0xD6E8FEB86659FD93UL;
        return h ^ (h >> 32);
    }

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash64();
}

/// <summary>
/// Where the record store keeps, for every id ever accepted, one 64-bit value (by convention: a history position and a
/// few status bits). Derived state: rebuilt from the histories at recovery, so its own files are scratch.
/// Grows without bound: hot part in memory, the rest on disk.
/// </summary>
public interface IRecordIndex : IDisposable
{
    /// <summary>
    /// True while some records lie on disk only, so that a <see cref="Prefetch"/> can have work to do.
    /// </summary>
    bool NeedsPrefetch { get; }

    /// <summary>
    /// A batch begins: until <see cref="EndBatch"/> an index may hold what each call would take and give back. Calls
    /// outside of a batch do the same and cost more.
    /// </summary>
    void BeginBatch();

    /// <summary>The batch is over, however it ended; without one, nothing happens.</summary>
    void EndBatch();

    /// <summary>
    /// Brings the place where a key is looked for towards the CPU. No I/O, no effect; called a few commands ahead.
    /// </summary>
    void Hint(in RecordKey key);

    /// <summary>The same for several keys at once, which costs less than one at a time: see <see cref="RecordHints"/>.
    /// </summary>
    void Hint(ReadOnlySpan<RecordKey> keys);

    /// <summary>Whether a record may have the key; false = none has. Looks at nothing that is on disk.</summary>
    bool MayContain(in RecordKey key);

    /// <summary>
    /// Brings the records of keys that are in memory towards the CPU; the places where they are looked for are best
    /// there already. No I/O, no effect. A key that is not there costs nothing more.
    /// </summary>
    void HintRecords(ReadOnlySpan<RecordKey> keys);

    /// <summary>Starts bringing a record into memory. May do I/O.</summary>
    void Prefetch(in RecordKey key);

    /// <summary>Waits for the prefetches started.</summary>
    void CompletePrefetch();

    /// <summary>
    /// Reads a value. A record on disk that was not prefetched is read synchronously; the write path prefetches, so
    /// this happens in reads only.
    /// </summary>
    bool TryGet(in RecordKey key, out ulong value);

    /// <summary>Inserts or overwrites a value.</summary>
    void Set(in RecordKey key, ulong value);

    /// <summary>Whether it takes more.</summary>
    StorageState State { get; }
}
