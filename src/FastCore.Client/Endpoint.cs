using System.Net;
using System.Net.Sockets;

namespace FastCore.Client;

/// <summary>A parsed endpoint: TCP host and port, or the path of a Unix socket.</summary>
internal sealed record Endpoint(string? Host, int Port, string? Path)
{
    public static Endpoint Parse(string text)
    {
        const string UnixScheme = "unix://";
        if (text.StartsWith(UnixScheme, StringComparison.OrdinalIgnoreCase) && text.Length > UnixScheme.Length)
        {
            return new Endpoint(null, 0, text[UnixScheme.Length..]);
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && uri.Scheme == "tcp" && uri.Port is > 0 and <= ushort.MaxValue && uri.Host.Length > 0)
        {
            return new Endpoint(uri.DnsSafeHost, uri.Port, null);
        }

        throw new ArgumentException(
            $"'{text}' is not an endpoint: expected tcp://host:port or unix:///path/to/socket.", nameof(text));
    }

    public async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        Socket socket = Path is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            EndPoint target = Path is null ? new DnsEndPoint(Host!, Port) : new UnixDomainSocketEndPoint(Path);
            await socket.ConnectAsync(target, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override string ToString() => Path is null ? $"tcp://{Host}:{Port}" : $"unix://{Path}";
}
