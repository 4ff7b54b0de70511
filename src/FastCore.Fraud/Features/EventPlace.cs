using System.Runtime.InteropServices;

namespace FastCore.Fraud.Features;

/// <summary>
/// Where a transaction lies in the history of one of its keys, so that a label finds it without an index of all
/// transactions. Whoever keeps the transaction keeps this with it; the bytes mean nothing elsewhere. It stays true for
/// ever: when the event or its key is gone, the store sees that. The default value is nowhere.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public readonly struct EventPlace
{
    /// <summary>The key's slot + 1; zero is nowhere.</summary>
    [FieldOffset(0)] internal readonly int Owner;

    /// <summary>Tells the key from others that have its slot before or after it.</summary>
    [FieldOffset(4)] internal readonly uint Generation;

    /// <summary>The event's number in its key's history.</summary>
    [FieldOffset(8)] internal readonly uint Number;

    /// <summary>The link of its block, while it is kept one by one.</summary>
    [FieldOffset(12)] internal readonly int Block;

    internal EventPlace(int slot, uint generation, uint number, int block)
    {
        Owner = slot + 1;
        Generation = generation;
        Number = number;
        Block = block;
    }

    /// <summary>Nothing was recorded, or no feature of the key reads labels.</summary>
    public bool IsNowhere => Owner == 0;
}
