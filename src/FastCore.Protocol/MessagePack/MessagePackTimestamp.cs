namespace FastCore.Protocol.MessagePack;

/// <summary>A moment as MessagePack knows it.</summary>
/// <param name="Seconds">Seconds since 1970-01-01 UTC; negative before.</param>
/// <param name="Nanoseconds">Nanoseconds behind that second, 0 to 999,999,999.</param>
public readonly record struct MessagePackTimestamp(long Seconds, uint Nanoseconds)
{
    /// <summary>Type of the extension that carries it.</summary>
    public const sbyte ExtensionType = -1;

    internal const uint NsPerSecond = 1_000_000_000;

    /// <summary>A moment as FastCore counts it: nanoseconds since 1970-01-01 UTC.</summary>
    public static MessagePackTimestamp FromUnixNs(ulong unixNs) =>
        new((long)(unixNs / NsPerSecond), (uint)(unixNs % NsPerSecond));

    /// <summary>The moment as FastCore counts it.</summary>
    /// <param name="unixNs">Nanoseconds since 1970-01-01 UTC.</param>
    /// <returns>False when it lies before 1970 or behind the year 2554, where 64 bits end.</returns>
    public bool TryToUnixNs(out ulong unixNs)
    {
        UInt128 exact = ((UInt128)(ulong)Seconds * NsPerSecond) + Nanoseconds;
        unixNs = (ulong)exact;
        return Seconds >= 0 && exact <= ulong.MaxValue;
    }
}
