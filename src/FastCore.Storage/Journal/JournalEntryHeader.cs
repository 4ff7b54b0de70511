using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Storage.Journal;

/// <summary>
/// The 96 bytes before the commands of a journal entry; after them follows SHA-256 over both. See JOURNAL.md.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct JournalEntryHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 96;

    /// <summary>Bytes of the hash behind the commands.</summary>
    public const int HashSize = 32;

    /// <summary>The bytes "FCENTRY1", little-endian.</summary>
    public const ulong MagicValue = 0x3159_5254_4E45_4346;

    /// <summary>Version of an entry whose commands lie there as they are.</summary>
    public const ushort PlainVersion = 1;

    /// <summary>Version of an entry whose commands are packed.</summary>
    public const ushort PackedVersion = 2;

    /// <summary>Always <see cref="MagicValue"/>.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary><see cref="PlainVersion"/> or <see cref="PackedVersion"/>.</summary>
    [FieldOffset(8)] public ushort Version;

    /// <summary>Reserved, zero.</summary>
    [FieldOffset(10)] public ushort Flags;

    /// <summary>Partition that wrote the entry.</summary>
    [FieldOffset(12)] public uint Partition;

    /// <summary>Sequence of the entry: 1, 2, 3 …</summary>
    [FieldOffset(16)] public ulong Sequence;

    /// <summary>The batch's time, nanoseconds since 1970 UTC.</summary>
    [FieldOffset(24)] public ulong TimestampNs;

    /// <summary>Commands in the entry.</summary>
    [FieldOffset(32)] public uint CommandCount;

    /// <summary>Bytes of all commands, when they are not packed.</summary>
    [FieldOffset(36)] public uint CommandBytes;

    /// <summary>
    /// Last sequence that was on stable storage when this entry was made: no entry up to it may be missing.
    /// </summary>
    [FieldOffset(40)] public ulong CommittedSequence;

    /// <summary>Identity of the data directory, so that a file of another one is recognised.</summary>
    [FieldOffset(48)] public ulong DirectoryId;

    /// <summary>Bytes that the packed commands take; zero with <see cref="PlainVersion"/>.</summary>
    [FieldOffset(56)] public uint PackedBytes;

    /// <summary>Reserved, zero.</summary>
    [FieldOffset(60)] public uint Reserved;

    /// <summary>Hash of the entry before; zero for the first.</summary>
    [FieldOffset(64)] public Hash256 PreviousHash;

    /// <summary>Bytes between header and hash.</summary>
    public readonly uint StoredBytes => Version == PackedVersion ? PackedBytes : CommandBytes;
}

/// <summary>32 bytes of SHA-256.</summary>
[InlineArray(JournalEntryHeader.HashSize)]
public struct Hash256
{
    private byte _first;
}
