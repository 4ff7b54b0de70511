using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Features;

/// <summary>
/// What is known of a key beside its running totals. Links are slots + 1; zero is none. With four totals a row is four
/// whole cache lines.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 96)]
internal struct EntityHeader
{
    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong FirstSeenNs;

    /// <summary>The key's time: that of its newest event. It never goes back.</summary>
    [FieldOffset(24)] public ulong LastNs;

    [FieldOffset(32)] public ulong PlaceNs;
    [FieldOffset(40)] public FeaturePlace Place;

    /// <summary>Number of the next event.</summary>
    [FieldOffset(48)] public uint NextEvent;

    /// <summary>Number of the next hour of spilled events.</summary>
    [FieldOffset(52)] public uint NextHour;

    [FieldOffset(56)] public int TailBlock;
    [FieldOffset(60)] public int WaitingLabel;

    /// <summary>Tells this key from others that had the slot before.</summary>
    [FieldOffset(64)] public uint Generation;

    [FieldOffset(68)] public uint Reserved0;
    [FieldOffset(72)] public ulong Reserved1;
    [FieldOffset(80)] public UInt128 Reserved2;
}

/// <summary>
/// Running totals of a key's events from a reach into the past up to now: (t − reach, t]. A window that ends before
/// now is the difference of two of them.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal struct ReachTotals
{
    [FieldOffset(0)] public long Sum;

    /// <summary>
    /// Time of the oldest event that is not out of reach yet, so that nothing else is touched while it stays.
    /// </summary>
    [FieldOffset(8)] public ulong OldestNs;

    [FieldOffset(16)] public uint Count;
    [FieldOffset(20)] public uint Fraud;
    [FieldOffset(24)] public uint Distinct;

    /// <summary>Its number; that of the next event when there is none.</summary>
    [FieldOffset(28)] public uint Oldest;

    /// <summary>Its block; none when there is no such event and its block is not there yet.</summary>
    [FieldOffset(32)] public int OldestBlock;

    /// <summary>Number of the oldest hour of spilled events that is not out of reach yet.</summary>
    [FieldOffset(36)] public uint OldestHour;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in EventRow row)
    {
        Sum += row.Amount;
        Count++;
        Fraud += row.Fraud;
        Distinct += row.Distinct;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Remove(in EventRow row)
    {
        Sum -= row.Amount;
        Count--;
        Fraud -= row.Fraud;
        Distinct -= row.Distinct;
    }

    public void Remove(in HourRow row)
    {
        Sum -= row.Sum;
        Count -= row.Count;
        Fraud -= row.Fraud;
        Distinct -= row.Distinct;
    }
}

/// <summary>Room for running totals. Which one a table takes depends on how many its features need.</summary>
[InlineArray(4)]
internal struct Reaches4
{
    private ReachTotals _first;
}

/// <summary>As <see cref="Reaches4"/>.</summary>
[InlineArray(8)]
internal struct Reaches8
{
    private ReachTotals _first;
}

/// <summary>As <see cref="Reaches4"/>, for as many as there may be.</summary>
[InlineArray(FeatureLimits.ReachesMax)]
internal struct Reaches16
{
    private ReachTotals _first;
}

/// <summary>A key: card, terminal or merchant.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EntityRow<TReaches> : ITableRow<EntityKey>
    where TReaches : unmanaged
{
    public EntityHeader Header;
    public TReaches Room;

    readonly EntityKey ITableRow<EntityKey>.Key => new(Header.Id);
}
