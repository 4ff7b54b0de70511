using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// Commands to Redis one after the other, for what is prepared and verified: the protocol's arrays of bulk strings out,
/// and back its lines, bulk strings and arrays of them.
/// </summary>
internal sealed class RedisClient : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly BufferedStream _buffered;

    private RedisClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _buffered = new BufferedStream(_stream, 1 << 16);
    }

    /// <summary>Connects.</summary>
    public static async Task<RedisClient> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellation) =>
        new(await SocketAsync(endpoint, cancellation));

    /// <summary>A connected socket.</summary>
    public static async Task<Socket> SocketAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint, cancellation);
        return socket;
    }

    /// <summary>Sends a command and takes its answer.</summary>
    /// <returns>One text, or those of an array; null = nothing is there.</returns>
    /// <exception cref="LoadException">Redis refused it, or went away.</exception>
    public async Task<string?[]> SendAsync(params string[] parts)
    {
        StringBuilder command = new();
        command.Append(CultureInfo.InvariantCulture, $"*{parts.Length}\r\n");
        foreach (string part in parts)
        {
            command.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        }

        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command.ToString()));
        string line = Line();
        if (line[0] != '*')
        {
            return [Text(line)];
        }

        string?[] texts = new string?[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Text(Line());
        }

        return texts;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _buffered.DisposeAsync();
        await _stream.DisposeAsync();
    }

    private string? Text(string line)
    {
        switch (line[0])
        {
            case '+' or ':':
                return line[1..];
            case '$':
                int length = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                if (length < 0)
                {
                    return null;
                }

                byte[] bytes = new byte[length + 2];
                _buffered.ReadExactly(bytes);
                return Encoding.UTF8.GetString(bytes.AsSpan(0, length));
            default:
                throw new LoadException($"Redis answered: {line}");
        }
    }

    private string Line()
    {
        StringBuilder line = new();
        int next;
        while ((next = _buffered.ReadByte()) != '\n')
        {
            _ = next >= 0 ? line.Append((char)next) : throw new LoadException("Redis closed the connection.");
        }

        return line.Length > 1 ? line.ToString(0, line.Length - 1) : throw new LoadException("Redis sent no line.");
    }
}
