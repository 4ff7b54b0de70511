using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>
/// The first element of a part of a policy's file; the bytes of the part follow as further elements, zeros behind the
/// last. A file is named by its content, so sending a part again changes nothing.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PolicyUpload
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>SHA-256 of the whole file.</summary>
    [FieldOffset(0)] public PolicyHash Hash;

    /// <summary>Bytes of the whole file, 1 to <see cref="FraudLimits.UploadBytesMax"/>.</summary>
    [FieldOffset(32)] public ulong FileBytes;

    /// <summary>Where in the file the part begins: not behind what is there.</summary>
    [FieldOffset(40)] public ulong Offset;

    /// <summary>Bytes of the part; 0 asks how much is there.</summary>
    [FieldOffset(48)] public ulong PartBytes;

    /// <summary>Must be zero.</summary>
    [FieldOffset(56)] public ulong Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(64)] public UInt128 Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(80)] public UInt128 Reserved2;

    /// <summary>Must be zero.</summary>
    [FieldOffset(96)] public UInt128 Reserved3;

    /// <summary>Must be zero.</summary>
    [FieldOffset(112)] public UInt128 Reserved4;
}

/// <summary>The answer to a part of a policy's file.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PolicyUploadResult
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>Bytes of the file that are there, from its beginning on; all of them when it is whole.</summary>
    [FieldOffset(0)] public ulong Received;

    /// <summary>What happened.</summary>
    [FieldOffset(8)] public FraudStatus Code;

    /// <summary>Zero.</summary>
    [FieldOffset(12)] public uint Reserved;
}
