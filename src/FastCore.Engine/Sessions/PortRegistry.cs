using FastCore.Engine.Ports;

namespace FastCore.Engine.Sessions;

/// <summary>
/// The sessions of a node by number, so that a request in native memory can name where its reply goes. Registration is
/// rare and copies the table; looking up is one read.
/// </summary>
public sealed class PortRegistry : IMemoryUser
{
    private ReplyPort?[] _ports = new ReplyPort?[16];

    /// <summary>Registers a port and gives it a number from 1 on.</summary>
    public void Add(ReplyPort port)
    {
        while (true)
        {
            ReplyPort?[] current = Volatile.Read(ref _ports);
            int number = Array.IndexOf(current, null, 1);
            ReplyPort?[] next = new ReplyPort?[number < 0 ? current.Length * 2 : current.Length];
            current.CopyTo(next, 0);
            number = number < 0 ? current.Length : number;
            next[number] = port;
            port.Number = number;

            // Full fence: the port's fields are visible before the table that names it.
            if (Interlocked.CompareExchange(ref _ports, next, current) == current)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Forgets a port. Only when none of its requests is in flight, since its number is then given again.
    /// </summary>
    public void Remove(ReplyPort port)
    {
        while (true)
        {
            ReplyPort?[] current = Volatile.Read(ref _ports);
            ReplyPort?[] next = (ReplyPort?[])current.Clone();
            next[port.Number] = null;
            if (Interlocked.CompareExchange(ref _ports, next, current) == current)
            {
                return;
            }
        }
    }

    /// <summary>Adds the rings of all sessions as one row. Any thread.</summary>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        long count = 0;
        long bytes = 0;
        long used = 0;
        foreach (ReplyPort? port in Volatile.Read(ref _ports))
        {
            if (port is not null)
            {
                count++;
                bytes += port.RingBytes;
                used += port.RingBytesUsed;
            }
        }

        uses.Add(new MemoryUse("sessions", MemoryUseKind.Buffer)
        {
            Bytes = bytes,
            FreeBytes = bytes - used,
            Count = count,
        });
    }

    /// <summary>The port of a number; null for 0.</summary>
    public ReplyPort? Find(int number) => Volatile.Read(ref _ports)[number];
}
