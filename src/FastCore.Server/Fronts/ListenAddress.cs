using System.Globalization;
using System.Net;

namespace FastCore.Server.Fronts;

/// <summary>A parsed address to listen on.</summary>
internal sealed record ListenAddress(IPEndPoint? Ip, string? UnixPath)
{
    /// <summary>Whether only processes of this machine can reach it.</summary>
    public bool IsLocal => Ip is null || IPAddress.IsLoopback(Ip.Address);

    /// <summary>
    /// Reads <c>tcp://IP:port</c>, <c>tcp://localhost:port</c>, <c>tcp://*:port</c> or <c>unix:///path</c>.
    /// </summary>
    public static ListenAddress? TryParse(string text)
    {
        const string UnixScheme = "unix://";
        const string TcpScheme = "tcp://";
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal) && text.Length > UnixScheme.Length)
        {
            return new ListenAddress(null, text[UnixScheme.Length..]);
        }

        int colon = text.LastIndexOf(':');
        if (!text.StartsWith(TcpScheme, StringComparison.Ordinal) || colon < TcpScheme.Length
            || !ushort.TryParse(
                text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return null;
        }

        string host = text[TcpScheme.Length..colon];
        IPAddress? address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.IPv6Any,
            _ => IPAddress.TryParse(host, out IPAddress? parsed) ? parsed : null,
        };
        return address is null ? null : new ListenAddress(new IPEndPoint(address, port), null);
    }

    /// <summary>The address as clients write it.</summary>
    public static string Describe(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint ip => $"tcp://{ip}",
        _ => $"unix://{endpoint}",
    };
}
