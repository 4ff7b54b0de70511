using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>
/// Asks for a decision about a card transaction. It is counted in the windows of its card, terminal and merchant, and
/// its decision is kept, whatever the decision is.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ScoreTransaction
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Transaction id, unique among the merchant's transactions; the idempotency key.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Merchant number; the partition key of the decision.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Token of the card, the partition key of its windows; 0 = not known.</summary>
    [FieldOffset(24)] public ulong Card;

    /// <summary>The merchant's own number of the terminal; 0 = not known.</summary>
    [FieldOffset(32)] public ulong Terminal;

    /// <summary>The device that pays; 0 = not known.</summary>
    [FieldOffset(40)] public ulong Device;

    /// <summary>Amount, minor units.</summary>
    [FieldOffset(48)] public ulong Amount;

    /// <summary>
    /// When it happened, nanoseconds since 1970 UTC, for the windows; 0 = the commit time. No more than
    /// <see cref="FraudLimits.AheadNsMax"/> ahead of it.
    /// </summary>
    [FieldOffset(56)] public ulong OccurredAt;

    /// <summary>Millionths of a degree north, with <see cref="ScoreFlags.HasPlace"/>.</summary>
    [FieldOffset(64)] public int Latitude;

    /// <summary>Millionths of a degree east, with <see cref="ScoreFlags.HasPlace"/>.</summary>
    [FieldOffset(68)] public int Longitude;

    /// <summary>ISO 4217 number of the currency; 0 = not known.</summary>
    [FieldOffset(72)] public uint Currency;

    /// <summary>The first 6 to 8 digits of the card's number; anything else = not known.</summary>
    [FieldOffset(76)] public uint Bin;

    /// <summary>What it says and asks for.</summary>
    [FieldOffset(80)] public ScoreFlags Flags;

    /// <summary>Must be zero.</summary>
    [FieldOffset(82)] public ushort Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(84)] public uint Reserved1;

    /// <summary>The client's own.</summary>
    [FieldOffset(88)] public ulong UserData64;

    /// <summary>The client's own.</summary>
    [FieldOffset(96)] public UInt128 UserData128;

    /// <summary>Must be zero.</summary>
    [FieldOffset(112)] public ulong Reserved2;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(120)] public ulong Timestamp;
}

/// <summary>What a transaction says and asks for.</summary>
[Flags]
public enum ScoreFlags : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Latitude and longitude are given.</summary>
    HasPlace = 1,

    /// <summary>The answer tells the nanoseconds of each stage. Not part of what is kept and compared.</summary>
    StageTimes = 2,
}
