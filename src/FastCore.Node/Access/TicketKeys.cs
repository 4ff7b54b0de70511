using System.Runtime.InteropServices;
using System.Security.Cryptography;

using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Node.Access;

/// <summary>
/// The keys of a node's tickets. They are looked at before a request reaches a partition and after a read has left it,
/// so no state and no replay depends on them.
/// </summary>
internal sealed class TicketKeys
{
    private readonly byte[][] _keys;

    /// <summary>Takes keys; without any, one is drawn that lives as long as the process.</summary>
    public TicketKeys(IReadOnlyList<byte[]> keys) =>
        _keys = keys.Count != 0 ? [.. keys] : [RandomNumberGenerator.GetBytes(WaitingTicket.KeyBytesMax)];

    /// <summary>The key that signs.</summary>
    public byte[] Signing => _keys[0];

    /// <summary>Whether each ticket of a request is signed under one of the keys.</summary>
    /// <param name="body">Elements of <c>enter_waiting_room</c>.</param>
    public bool AreGenuine(ReadOnlySpan<byte> body)
    {
        foreach (ref readonly EnterWaitingRoom request in MemoryMarshal.Cast<byte, EnterWaitingRoom>(body))
        {
            bool isGenuine = false;
            foreach (byte[] key in _keys)
            {
                isGenuine |= WaitingTicket.IsGenuine(key, request);
            }

            if (!isGenuine)
            {
                return false;
            }
        }

        return true;
    }
}
