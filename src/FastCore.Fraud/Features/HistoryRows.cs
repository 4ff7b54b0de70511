using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Features;

/// <summary>Key of tables by card, terminal or merchant.</summary>
internal readonly struct EntityKey(UInt128 id) : ITableKey<EntityKey>
{
    public readonly UInt128 Id = id;

    public bool Equals(EntityKey other) => Id == other.Id;

    public override bool Equals(object? obj) => obj is EntityKey other && Equals(other);

    public override int GetHashCode() => (int)Hash64();

    public ulong Hash64()
    {
        ulong h = ((ulong)Id ^ 0x9E3779B97F4A7C15UL) * 0xBF58476D1CE4E5B9UL;
        h = (h ^ (h >> 32) ^ (ulong)(Id >> 64)) * 0x94D049BB133111EBUL;
        return h ^ (h >> 29);
    }
}

/// <summary>Key of what belongs to a key's row and has a number there; or of numbers alone, with owner 0.</summary>
internal readonly struct PieceKey(int owner, uint number) : ITableKey<PieceKey>
{
    public readonly int Owner = owner;
    public readonly uint Number = number;

    public bool Equals(PieceKey other) => Owner == other.Owner && Number == other.Number;

    public override bool Equals(object? obj) => obj is PieceKey other && Equals(other);

    public override int GetHashCode() => (int)Hash64();

    public ulong Hash64()
    {
        ulong h = (((ulong)(uint)Owner << 32) | Number) * 0xBF58476D1CE4E5B9UL;
        h = (h ^ (h >> 32)) * 0x94D049BB133111EBUL;
        return h ^ (h >> 29);
    }
}

/// <summary>One event: its time, and its amount with three marks in the low bits.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct EventRow
{
    public const ulong FraudBit = 1;
    public const ulong HasLaterBit = 2;
    public const ulong LabelledBit = 4;
    private const int Marks = 3;

    [FieldOffset(0)] public ulong TimeNs;
    [FieldOffset(8)] public ulong Packed;

    public readonly long Amount => (long)(Packed >> Marks);

    public readonly uint Fraud => (uint)(Packed & FraudBit);

    /// <summary>1 when no later event has the same counterparty: this one stands for it in distinct counts.</summary>
    public readonly uint Distinct => (uint)(~Packed & HasLaterBit) >> 1;

    /// <summary>Something is known about it, in the table of labelled events.</summary>
    public readonly bool IsLabelled => (Packed & LabelledBit) != 0;

    public static ulong Pack(long amount) => (ulong)amount << Marks;
}

/// <summary>The events of a block.</summary>
[InlineArray(EventBlockRow.Events)]
internal struct EventRows
{
    private EventRow _first;
}

/// <summary>Eight events of one key that follow each other. Links are slots + 1; zero is none.</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
internal struct EventBlockRow : ITableRow<PieceKey>
{
    /// <summary>A power of two, so that event numbers may wrap around.</summary>
    public const int Events = 8;

    public const int RowsOffset = 16;

    [FieldOffset(0)] public int Owner;
    [FieldOffset(4)] public uint Number;
    [FieldOffset(8)] public int Next;
    [FieldOffset(12)] public int Previous;
    [FieldOffset(RowsOffset)] public EventRows Rows;

    readonly PieceKey ITableRow<PieceKey>.Key => new(Owner, Number);
}

/// <summary>Hashes of counterparties.</summary>
[InlineArray(EventBlockRow.Events)]
internal struct Tags
{
    private ulong _first;
}

/// <summary>The counterparties of a block's events, in the same slot of their own table.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal struct TagBlockRow : ITableRow<PieceKey>
{
    [FieldOffset(0)] public int Owner;
    [FieldOffset(4)] public uint Number;
    [FieldOffset(8)] public Tags Rows;

    readonly PieceKey ITableRow<PieceKey>.Key => new(Owner, Number);
}

/// <summary>
/// Spilled events of one hour of a key, whose numbers follow each other. They count as happening in the hour's last
/// nanosecond. An event that left one by one in between begins another row for the rest of the hour, so that a number
/// tells whether an event is in a row: labels need to know.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal struct HourRow : ITableRow<PieceKey>
{
    [FieldOffset(0)] public int Owner;
    [FieldOffset(4)] public uint Number;
    [FieldOffset(8)] public ulong EndNs;
    [FieldOffset(16)] public long Sum;
    [FieldOffset(24)] public uint FirstEvent;
    [FieldOffset(28)] public uint Count;
    [FieldOffset(32)] public uint Fraud;
    [FieldOffset(36)] public uint Distinct;

    /// <summary>Link of the first of its labelled events.</summary>
    [FieldOffset(40)] public int Labelled;

    [FieldOffset(44)] public int Reserved;

    readonly PieceKey ITableRow<PieceKey>.Key => new(Owner, Number);

    /// <summary>Whether an event may join: the next one, of the same hour.</summary>
    public readonly bool Continues(uint number, ulong endNs) =>
        EndNs == endNs && FirstEvent + Count == number && Count != uint.MaxValue;

    /// <summary>The last nanosecond of the hour of a time.</summary>
    public static ulong EndOf(ulong timeNs) => timeNs - (timeNs % FeatureLimits.Hour) + FeatureLimits.Hour - 1;
}

/// <summary>
/// What labels said about an event. Of the events of an hour the rows are a list: no hour is gone through for them.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct LabelledRow : ITableRow<PieceKey>
{
    [FieldOffset(0)] public int Owner;
    [FieldOffset(4)] public uint Number;
    [FieldOffset(8)] public ulong KnownAtNs;
    [FieldOffset(16)] public int Next;
    [FieldOffset(20)] public FraudLabel Label;
    [FieldOffset(21)] public byte Reserved0;
    [FieldOffset(22)] public ushort Reserved1;
    [FieldOffset(24)] public ulong Reserved2;

    readonly PieceKey ITableRow<PieceKey>.Key => new(Owner, Number);
}

/// <summary>A label whose known-at is later than the newest event of its key.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct WaitingLabelRow : ITableRow<PieceKey>
{
    [FieldOffset(0)] public EventPlace Place;
    [FieldOffset(16)] public ulong KnownAtNs;
    [FieldOffset(24)] public uint Number;
    [FieldOffset(28)] public int Next;
    [FieldOffset(32)] public FraudLabel Label;
    [FieldOffset(33)] public byte Reserved0;
    [FieldOffset(34)] public ushort Reserved1;
    [FieldOffset(36)] public uint Reserved2;

    readonly PieceKey ITableRow<PieceKey>.Key => new(0, Number);
}
