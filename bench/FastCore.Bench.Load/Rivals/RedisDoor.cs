using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// One pipelined connection to Redis: each element of a request becomes one script call, and the answers become the
/// results that the engine would give. Polled by the sender's thread; allocates nothing while it runs.
/// </summary>
internal sealed class RedisDoor : ILoadDoor, IDisposable
{
    private const int BytesPerCall = 512;
    private const int KeyBytes = sizeof(ulong) + sizeof(uint);

    private readonly Socket _socket;
    private readonly byte[] _hold;
    private readonly byte[] _release;
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
    /// <param name="hold">Hash of the script that holds.</param>
    /// <param name="release">Hash of the script that releases.</param>
    /// <param name="batch">Calls of a request.</param>
    /// <param name="inFlight">Requests in flight at most.</param>
    public RedisDoor(Socket socket, byte[] hold, byte[] release, int batch, int inFlight)
    {
        _socket = socket;
        _socket.Blocking = false;
        _hold = hold;
        _release = release;
        _out = new byte[BytesPerCall * batch * inFlight];
        _results = new byte[batch * SeatResult.Size];
    }

    /// <inheritdoc/>
    public FrameStatus TrySubmit(int slot, LoadRequest request)
    {
        if (_outLength + (BytesPerCall * request.Kinds.Length) > _out.Length)
        {
            return FrameStatus.TooManyInFlight;
        }

        ReadOnlySpan<byte> body = request.Body.AsSpan(0, request.BodyLength);
        if (request.Operation == Operation.HoldSeats)
        {
            foreach (ref readonly HoldSeats hold in MemoryMarshal.Cast<byte, HoldSeats>(body))
            {
                Call(_hold, hold.Show, hold.Seats, hold.Count, hold.Id, SeatLimits.HoldMsDefault);
            }
        }
        else
        {
            foreach (ref readonly HoldChange release in MemoryMarshal.Cast<byte, HoldChange>(body))
            {
                Call(_release, release.Show, release.Seats, release.Count, release.Hold, 0);
            }
        }

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

    private int Take(ReadOnlySpan<byte> line, ILoadReplies replies)
    {
        (int slot, LoadRequest request) = _underWay.Peek();
        bool isNumber = line.Length > 1 && line[0] == (byte)':';
        int number = isNumber ? int.Parse(line[1..], NumberStyles.None, CultureInfo.InvariantCulture) : -1;
        MemoryMarshal.Cast<byte, SeatResult>(_results.AsSpan())[_answered] = number switch
        {
            0 => new SeatResult { Code = SeatStatus.Ok },
            > 0 when request.Operation == Operation.HoldSeats => new SeatResult
            {
                Code = SeatStatus.SeatsUnavailable,
                Blocked = (ushort)number,
            },
            _ => new SeatResult { Code = SeatStatus.HoldNotFound },
        };
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

    // EVALSHA script 4 seat seat seat seat token [milliseconds]
    private void Call(byte[] script, ulong show, in SeatPlaces seats, int count, UInt128 token, uint ttlMs)
    {
        Add(ttlMs == 0 ? "*8\r\n$7\r\nEVALSHA\r\n"u8 : "*9\r\n$7\r\nEVALSHA\r\n"u8);
        AddBulk(script);
        AddNumber((uint)count);
        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < count; i++)
        {
            MemoryMarshal.Write(bytes, show);
            MemoryMarshal.Write(bytes[sizeof(ulong)..], seats[i]);
            AddBulk(bytes[..KeyBytes]);
        }

        MemoryMarshal.Write(bytes, token);
        AddBulk(bytes);
        if (ttlMs != 0)
        {
            AddNumber(ttlMs);
        }
    }

    private void AddNumber(uint number)
    {
        Span<byte> digits = stackalloc byte[10];
        _ = number.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
        AddBulk(digits[..length]);
    }

    private void AddBulk(ReadOnlySpan<byte> bytes)
    {
        Add("$"u8);
        _ = bytes.Length.TryFormat(_out.AsSpan(_outLength), out int length, provider: CultureInfo.InvariantCulture);
        _outLength += length;
        Add("\r\n"u8);
        Add(bytes);
        Add("\r\n"u8);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_out.AsSpan(_outLength));
        _outLength += bytes.Length;
    }
}
