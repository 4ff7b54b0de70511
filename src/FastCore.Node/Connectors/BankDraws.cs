using FastCore.Payments.Payments;

namespace FastCore.Node.Connectors;

/// <summary>
/// Random draws for one try of one call (SplitMix64): they depend on the seed, the bank, the call and the number of the
/// try, and on nothing else, so the order in which calls arrive changes nothing.
/// </summary>
internal struct BankDraws
{
    private const uint Million = 1_000_000;
    private ulong _state;

    public BankDraws(ulong seed, in ConnectorCall call, ushort bank, int tryNumber)
    {
        _state = seed;
        Absorb(call.Merchant);
        Absorb((ulong)call.PaymentId);
        Absorb((ulong)(call.PaymentId >> 64));
        Absorb((ulong)call.ActionId);
        Absorb((ulong)(call.ActionId >> 64));
        Absorb(((ulong)bank << 48) | ((ulong)call.Attempt << 32) | ((ulong)call.Kind << 24) | call.IsSync);
        Absorb((ulong)tryNumber);
    }

    /// <summary>True for the given share of draws.</summary>
    public bool Hits(int ppm) => Next() % Million < (ulong)ppm;

    /// <summary>A number in low … high, both included.</summary>
    public int Between(int low, int high) => low + (int)(Next() % (ulong)(high - low + 1));

    private void Absorb(ulong word) => _state = Next() ^ word;

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
