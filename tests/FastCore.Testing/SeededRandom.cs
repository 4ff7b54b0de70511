namespace FastCore.Testing;

/// <summary>
/// Random numbers that depend on the seed only, on every machine and runtime version (SplitMix64), so that a failure is
/// repeated by its seed.
/// </summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A number in 0 … below − 1.</summary>
    public int Below(int below)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(below, 1);
        return (int)Math.BigMul(Next(), (ulong)below, out _);
    }

    /// <summary>A number in 0 … below − 1.</summary>
    public ulong Below(ulong below)
    {
        ArgumentOutOfRangeException.ThrowIfZero(below);
        return Math.BigMul(Next(), below, out _);
    }

    /// <summary>A number in low … high, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True once in so many times on average.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>A number whose size itself is random, so that small and huge ones both come up.</summary>
    public ulong Skewed() => Next() >> Below(64);

    public UInt128 NextId() => new(Next(), Next());

    public void Fill(Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Next();
        }
    }

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];
}
