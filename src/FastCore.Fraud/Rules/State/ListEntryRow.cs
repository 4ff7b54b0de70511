using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Rules.State;

/// <summary>A key in a list.</summary>
internal readonly struct ListEntryKey(int list, UInt128 key) : ITableKey<ListEntryKey>
{
    public readonly UInt128 Key = key;
    public readonly int List = list;

    public bool Equals(ListEntryKey other) => Key == other.Key && List == other.List;

    public override bool Equals(object? obj) => obj is ListEntryKey other && Equals(other);

    public override int GetHashCode() => (int)Hash64();

    public ulong Hash64()
    {
        ulong h = ((ulong)Key ^ ((ulong)(Key >> 64) * 0x9E3779B97F4A7C15UL)) + ((ulong)List * 0xD1B54A32D192ED03UL);
        h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9UL;
        h = (h ^ (h >> 27)) * 0x94D049BB133111EBUL;
        return h ^ (h >> 31);
    }
}

/// <summary>An entry of a list.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct ListEntryRow : ITableRow<ListEntryKey>
{
    [FieldOffset(0)] public UInt128 Key;
    [FieldOffset(16)] public ulong ExpiresNs;
    [FieldOffset(24)] public int List;

    /// <summary>Its place in the <see cref="ExpiryHeap"/> + 1; 0 when it never expires.</summary>
    [FieldOffset(28)] public int Place;

    readonly ListEntryKey ITableRow<ListEntryKey>.Key => new(List, Key);
}
