using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Knobs;

/// <summary>Turns a knob of the running node. It holds until the node closes; every partition journals it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct KnobChange
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Name of the knob in UTF-8, zeros behind it.</summary>
    [FieldOffset(0)] public KnobName Name;

    /// <summary>Its new value as text in UTF-8, zeros behind it.</summary>
    [FieldOffset(40)] public KnobValue Value;

    /// <summary>Must be zero.</summary>
    [FieldOffset(104)] public ulong Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(112)] public UInt128 Reserved1;
}

/// <summary>The answer to one change.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct KnobResult
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>Commit time, nanoseconds since 1970 UTC; 0 in a refusal.</summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>What happened.</summary>
    [FieldOffset(8)] public KnobStatus Code;

    /// <summary>Zero.</summary>
    [FieldOffset(12)] public uint Reserved;
}

/// <summary>Which rows of the table of knobs are asked for, in the order of their places.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct KnobFilter
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>Rows after this place.</summary>
    [FieldOffset(0)] public ulong After;

    /// <summary>Results at most, 1 … 8,189.</summary>
    [FieldOffset(8)] public uint Limit;

    /// <summary>Must be zero.</summary>
    [FieldOffset(12)] public uint Reserved;
}

/// <summary>A row of the table of knobs as it is at the moment of the read.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct KnobRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Place in the table; rises, not zero.</summary>
    [FieldOffset(0)] public ulong Place;

    /// <summary>Where the wanted value comes from.</summary>
    [FieldOffset(8)] public KnobSource Source;

    /// <summary>What can be said of it.</summary>
    [FieldOffset(9)] public KnobFlags Flags;

    /// <summary>The partition whose knob it is; 65,535 when it is the process's.</summary>
    [FieldOffset(10)] public ushort Partition;

    /// <summary>Zero.</summary>
    [FieldOffset(12)] public uint Reserved;

    /// <summary>Name in UTF-8, zeros behind it.</summary>
    [FieldOffset(16)] public KnobName Name;

    /// <summary>The wanted value in UTF-8, cut to fit, zeros behind it.</summary>
    [FieldOffset(56)] public KnobValue Wanted;

    /// <summary>The effective value in UTF-8, cut to fit, zeros behind it.</summary>
    [FieldOffset(120)] public EffectiveValue Effective;
}

/// <summary>Name of a knob in UTF-8, zeros behind it.</summary>
[InlineArray(KnobLimits.NameBytesMax)]
public struct KnobName
{
    private byte _first;
}

/// <summary>Value of a knob in UTF-8, zeros behind it.</summary>
[InlineArray(KnobLimits.ValueBytesMax)]
public struct KnobValue
{
    private byte _first;
}

/// <summary>Effective value of a knob in UTF-8, zeros behind it.</summary>
[InlineArray(KnobLimits.EffectiveBytesMax)]
public struct EffectiveValue
{
    private byte _first;
}

/// <summary>Where the wanted value of a knob comes from; a later one wins over an earlier one.</summary>
public enum KnobSource : byte
{
    /// <summary>Nobody asked for anything.</summary>
    Default = 0,

    /// <summary>The program that opened the node set it.</summary>
    Code = 1,

    /// <summary>A configuration file: the program's runtimeconfig.json, or the engine's own.</summary>
    Json = 2,

    /// <summary>A variable of the environment.</summary>
    Environment = 3,

    /// <summary>The command line.</summary>
    CommandLine = 4,

    /// <summary>Turned while the node runs.</summary>
    Set = 5,
}

/// <summary>What can be said of a knob.</summary>
[Flags]
public enum KnobFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It can be turned while the node runs; others need a restart.</summary>
    Live = 1,

    /// <summary>What is effective is not what was wanted.</summary>
    Differs = 2,
}

/// <summary>Outcome of a change. The rules are checked in the order of their numbers.</summary>
public enum KnobStatus : uint
{
    /// <summary>Journaled, and turned right after.</summary>
    Ok = 5000,

    /// <summary>A reserved field is not zero.</summary>
    ReservedField = 5020,

    /// <summary>There is no such knob.</summary>
    UnknownKnob = 5021,

    /// <summary>The knob takes effect at a start only.</summary>
    NeedsRestart = 5022,

    /// <summary>The value is not one that the knob takes.</summary>
    ValueOutOfRange = 5023,
}

/// <summary>Sizes of what is said about knobs.</summary>
public static class KnobLimits
{
    /// <summary>Bytes of a name.</summary>
    public const int NameBytesMax = 40;

    /// <summary>Bytes of a value.</summary>
    public const int ValueBytesMax = 64;

    /// <summary>Bytes of what is said of an effective value.</summary>
    public const int EffectiveBytesMax = 72;

    /// <summary>Changes in a request.</summary>
    public const int ChangesPerRequestMax = 64;
}
