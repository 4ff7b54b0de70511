using System.Runtime.InteropServices;

using FastCore.Engine.Ports;

namespace FastCore.Engine.Rings;

/// <summary>
/// What a request carries in a partition's ring: where its reply goes, then the command as it is journaled.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct RequestEnvelope
{
    /// <summary>Bytes of the envelope; the body follows.</summary>
    public const int Size = 88;

    /// <summary>Correlation of the reply inside the session: its slot and part.</summary>
    [FieldOffset(0)] public ulong Ticket;

    /// <summary>Monotonic time of admission, nanoseconds; for shedding by age.</summary>
    [FieldOffset(8)] public long AdmittedNs;

    /// <summary>Monotonic time after which it must not be started, 0 = none.</summary>
    [FieldOffset(16)] public long DeadlineNs;

    /// <summary>
    /// Port of the session in the <see cref="Sessions.PortRegistry"/>; 0 = nobody waits for the reply.
    /// </summary>
    [FieldOffset(24)] public int Port;

    /// <summary>Bytes of its largest reply, reserved at the port.</summary>
    [FieldOffset(28)] public int ReplyMax;

    /// <summary>Priority class, 0 (shed last) to 3 (shed first).</summary>
    [FieldOffset(32)] public byte PriorityClass;

    /// <summary>The command; with its body contiguous and, behind the ring's length word, 32-byte aligned.</summary>
    [FieldOffset(CommandOffset)] public CommandHeader Command;

    /// <summary>Offset of the command.</summary>
    public const int CommandOffset = 56;
}
