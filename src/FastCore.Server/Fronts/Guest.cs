using System.Buffers.Binary;
using System.Net;
using FastCore.Server.Access;
using Microsoft.AspNetCore.Connections;

namespace FastCore.Server.Fronts;

/// <summary>
/// One accepted connection from its first byte to its last: where it comes from, who it turned out to be, and its time.
/// It exists before TLS and Hello, so that whoever does neither is counted and cut as well.
/// </summary>
internal sealed class Guest
{
    private readonly ConnectionContext _context;
    private volatile FrontConnection? _front;
    private volatile AccessEntry? _entry;

    /// <summary>Welcomes a connection that was accepted just now.</summary>
    public Guest(ConnectionContext context, CoarseClock clock)
    {
        _context = context;
        Watch = new ConnectionWatch(clock);
        From = context.RemoteEndPoint is IPEndPoint ip
            ? new IPEndPoint(Unmapped(ip), ip.Port).ToString()
            : "a Unix socket";
        Source = SourceOf(context.RemoteEndPoint);
    }

    /// <summary>Number of the connection in its table, from 1.</summary>
    public long Number { get; set; }

    /// <summary>Name of the connection in the log.</summary>
    public string Id => _context.ConnectionId;

    /// <summary>Where it comes from, for the log.</summary>
    public string From { get; }

    /// <summary>Who it is, for the log; before Hello, nobody.</summary>
    public string Who { get; private set; } = "nobody";

    /// <summary>Its time.</summary>
    public ConnectionWatch Watch { get; }

    /// <summary>The key it showed; null before Hello succeeded.</summary>
    public AccessEntry? Entry => _entry;

    /// <summary>The table that <see cref="Entry"/> was last compared with.</summary>
    public AccessTable? CheckedAgainst { get; set; }

    /// <summary>What went wrong with TLS; null when nothing did, or nothing is known of it.</summary>
    public string? TlsProblem { get; set; }

    /// <summary>Its place among those who have not said Hello; the table's own.</summary>
    public LinkedListNode<Guest>? HalfOpen { get; set; }

    /// <summary>Whether it has shown a key that lets it in.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Whether the server has cut it already.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The front that serves it; null until TLS is done.</summary>
    public FrontConnection? Front
    {
        get => _front;
        set => _front = value;
    }

    /// <summary>
    /// The source that its refusals are counted to: the key, or before Hello the address. Of an IPv6 address the
    /// network is taken, since whoever has one address of it has all.
    /// </summary>
    public UInt128 Source { get; private set; }

    /// <summary>Tells who a connection is once it has shown a key.</summary>
    public void Introduce(AccessEntry? entry, AccessTable table, string who)
    {
        Who = who;
        CheckedAgainst = table;
        if (entry is not null)
        {
            Source = new UInt128(1, entry.Grant.Principal);
            _entry = entry;
        }
    }

    /// <summary>Cuts the connection. Any thread.</summary>
    public void Cut(string why)
    {
        IsCut = true;
        _context.Abort(new ConnectionAbortedException(why));
    }

    /// <summary>The server stops: whoever is served ends in order, whoever is not is cut. Any thread.</summary>
    public void Drain()
    {
        if (_front is { } front)
        {
            front.End(Protocol.FrameStatus.ShuttingDown);
        }
        else
        {
            Cut("The server stops.");
        }
    }

    // An IPv4 peer of a socket for both families is an IPv4 peer.
    private static IPAddress Unmapped(IPEndPoint ip) =>
        ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address;

    private static UInt128 SourceOf(EndPoint? remote)
    {
        if (remote is not IPEndPoint ip)
        {
            return new UInt128(2, 0);
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        _ = Unmapped(ip).TryWriteBytes(bytes, out int length);
        return length == 4
            ? new UInt128(3, BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new UInt128(4, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
