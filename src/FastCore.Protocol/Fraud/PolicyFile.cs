using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>
/// A file of a policy that is to be put in force. The first one is the policy itself and has no name: a policy that the
/// store has, by its hash, and then it is the only element; or an operator's policy file that was uploaded. The others
/// are the files that it names.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PolicyFile
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>SHA-256 of its content.</summary>
    [FieldOffset(0)] public PolicyHash Hash;

    /// <summary>Its name, as the policy has it, in UTF-8, zeros behind it.</summary>
    [FieldOffset(32)] public PolicyFileName Name;
}

/// <summary>Name of a file of a policy in UTF-8, zeros behind it.</summary>
[InlineArray(FraudLimits.PolicyFileNameBytesMax)]
public struct PolicyFileName
{
    private byte _first;
}

/// <summary>
/// What became of a policy that was to be put in force: one row, and when it was refused the mistakes behind it. A text
/// that is longer than its field goes on in rows with the same number.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PolicyAnswer
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Commit time since when it is in force, nanoseconds; 0 in a refusal.</summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>What happened; the same in all rows.</summary>
    [FieldOffset(8)] public FraudStatus Code;

    /// <summary>How the answer came about.</summary>
    [FieldOffset(12)] public ScoreResultFlags Flags;

    /// <summary>Zero.</summary>
    [FieldOffset(14)] public ushort Reserved0;

    /// <summary>SHA-256 of the policy as the store has it; zero when it was not stored.</summary>
    [FieldOffset(16)] public PolicyHash Hash;

    /// <summary>The operator's version of the policy; 0 when it could not be read.</summary>
    [FieldOffset(48)] public ulong Version;

    /// <summary>Which mistake the text tells about, from 1; 0 = the outcome as a whole.</summary>
    [FieldOffset(56)] public uint Mistake;

    /// <summary>Zero.</summary>
    [FieldOffset(60)] public uint Reserved1;

    /// <summary>What is wrong, in UTF-8, zeros behind it.</summary>
    [FieldOffset(64)] public PolicyText Text;
}

/// <summary>A sentence, or a part of one, in UTF-8, zeros behind it.</summary>
[InlineArray(FraudLimits.PolicyTextBytesMax)]
public struct PolicyText
{
    private byte _first;
}
