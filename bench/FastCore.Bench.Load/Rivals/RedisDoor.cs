using System.Globalization;
using System.Net.Sockets;
using FastCore.Protocol;

namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// One pipelined connection to Redis: each element of a request becomes one script call, and the answers become the
/// results that the engine would give. Polled by the sender's thread; allocates nothing while it runs.
/// </summary>
internal abstract class RedisDoor : ILoadDoor, IDisposable
{
    private const int BytesPerCall = 512;

    private readonly Socket _socket;
    private readonly byte[] _out;
    private readonly byte[] _in = new byte[1 << 16];
    private readonly Queue<(int Slot, LoadRequest Request)> _underWay = new();
    private readonly byte[] _results;
    private int _outLength;
    private int _outSent;
    private int _inLength;
    private int _answered;

    /// <summary>Makes the door.</summary>
    /// <param name="socket">A connection.</param>
    /// <param name="batch">Calls of a request.</param>
    /// <param name="inFlight">Requests in flight at most.</param>
    /// <param name="resultBytes">Bytes of a result.</param>
    protected RedisDoor(Socket socket, int batch, int inFlight, int resultBytes)
    {
        _socket = socket;
        _socket.Blocking = false;
        _out = new byte[BytesPerCall * batch * inFlight];
        _results = new byte[batch * resultBytes];
    }

    /// <inheritdoc/>
    public FrameStatus TrySubmit(int slot, LoadRequest request)
    {
        if (_outLength + (BytesPerCall * request.Kinds.Length) > _out.Length)
        {
            return FrameStatus.TooManyInFlight;
        }

        Write(request);
        _underWay.Enqueue((slot, request));
        Flush();
        return FrameStatus.Ok;
    }

    /// <inheritdoc/>
    public int Drain(ILoadReplies replies)
    {
        Flush();
        if (_underWay.Count == 0 || _socket.Available == 0)
        {
            return 0;
        }

        _inLength += _socket.Receive(_in, _inLength, _in.Length - _inLength, SocketFlags.None);
        int drained = 0;
        int at = 0;
        int end;
        while (_underWay.Count != 0 && (end = _in.AsSpan(at, _inLength - at).IndexOf((byte)'\n')) >= 0)
        {
            drained += Take(_in.AsSpan(at, end - 1), replies);
            at += end + 1;
        }

        _in.AsSpan(at, _inLength - at).CopyTo(_in);
        _inLength -= at;
        return drained;
    }

    /// <summary>Sockets are polled, so the sender never sleeps on one.</summary>
    public bool TryArm(AutoResetEvent wake) => _underWay.Count == 0;

    /// <inheritdoc/>
    public void Disarm()
    {
        // Nothing was armed.
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Writes the calls of a request.</summary>
    protected abstract void Write(LoadRequest request);

    /// <summary>Reads the answer to a call into the result of its element.</summary>
    /// <param name="line">The answer with its kind in front, without the end of the line.</param>
    /// <param name="request">The request.</param>
    /// <param name="element">The element.</param>
    /// <param name="results">The results of the request.</param>
    protected abstract void Read(ReadOnlySpan<byte> line, LoadRequest request, int element, Span<byte> results);

    private int Take(ReadOnlySpan<byte> line, ILoadReplies replies)
    {
        (int slot, LoadRequest request) = _underWay.Peek();
        Read(line, request, _answered, _results);
        if (++_answered < request.Kinds.Length)
        {
            return 0;
        }

        _answered = 0;
        _ = _underWay.Dequeue();
        replies.OnReply(slot, FrameStatus.Ok, _results);
        return 1;
    }

    private void Flush()
    {
        while (_outSent < _outLength)
        {
            int sent = _socket.Send(_out, _outSent, _outLength - _outSent, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            _outSent += error == SocketError.Success ? sent : throw new SocketException((int)error);
        }

        _outLength = 0;
        _outSent = 0;
    }

    /// <summary>Adds a number as a part of a call.</summary>
    protected void AddNumber(ulong number)
    {
        Span<byte> digits = stackalloc byte[20];
        _ = number.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
        AddBulk(digits[..length]);
    }

    /// <summary>Adds bytes as a part of a call.</summary>
    protected void AddBulk(ReadOnlySpan<byte> bytes)
    {
        Add("$"u8);
        _ = bytes.Length.TryFormat(_out.AsSpan(_outLength), out int length, provider: CultureInfo.InvariantCulture);
        _outLength += length;
        Add("\r\n"u8);
        Add(bytes);
        Add("\r\n"u8);
    }

    /// <summary>Adds bytes as they are.</summary>
    protected void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_out.AsSpan(_outLength));
        _outLength += bytes.Length;
    }
}
