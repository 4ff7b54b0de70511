using System.Runtime.InteropServices;

namespace FastCore.Engine.Ports;

/// <summary>
/// The 32 bytes before every command, in the ring and in the journal alike. The engine knows no operation: numbers and
/// bodies mean something to the state machine only.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CommandHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 32;

    /// <summary>Bytes of header and body together, before padding to <see cref="Alignment"/>.</summary>
    [FieldOffset(0)] public uint Length;

    /// <summary>Operation number.</summary>
    [FieldOffset(4)] public ushort Operation;

    /// <summary>Reserved, zero.</summary>
    [FieldOffset(6)] public ushort Flags;

    /// <summary>Elements in the body.</summary>
    [FieldOffset(8)] public uint Count;

    /// <summary>Who sent it: index of the API key, 0 = the embedding process or the node itself. For audit.</summary>
    [FieldOffset(12)] public uint Principal;

    /// <summary>Partition key of the command, or of its first element.</summary>
    [FieldOffset(16)] public ulong Key;

    /// <summary>Reserved, zero.</summary>
    [FieldOffset(24)] public ulong Reserved;

    /// <summary>
    /// Commands lie on this boundary in rings and journal entries, so that bodies can be read in place.
    /// </summary>
    public const int Alignment = 32;
}
