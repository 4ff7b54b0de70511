using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// The holds of the seats workload in Redis: a key per seat with the hold's token and a time to live, set by a script
/// that takes all or none and tells which seats blocked.
/// </summary>
/// <param name="socket">A connection.</param>
/// <param name="hold">Hash of <see cref="HoldScript"/>.</param>
/// <param name="release">Hash of <see cref="ReleaseScript"/>.</param>
/// <param name="options">Batch and requests in flight.</param>
internal sealed class RedisSeatsDoor(Socket socket, byte[] hold, byte[] release, LoadOptions options)
    : RedisDoor(socket, options.Batch, options.InFlight, SeatResult.Size)
{
    /// <summary>Holds seats.</summary>
    public const string HoldScript =
        "local v = redis.call('MGET', unpack(KEYS)) local blocked = 0 "
        + "for i = 1, #KEYS do if v[i] then blocked = blocked + 2 ^ (i - 1) end end "
        + "if blocked > 0 then return blocked end "
        + "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2]) end return 0";

    /// <summary>Gives them back.</summary>
    public const string ReleaseScript =
        "local v = redis.call('MGET', unpack(KEYS)) "
        + "for i = 1, #KEYS do if v[i] ~= ARGV[1] then return 1 end end "
        + "redis.call('DEL', unpack(KEYS)) return 0";

    private const int KeyBytes = sizeof(ulong) + sizeof(uint);

    /// <inheritdoc/>
    protected override void Write(LoadRequest request)
    {
        ReadOnlySpan<byte> body = request.Body.AsSpan(0, request.BodyLength);
        if (request.Operation == Operation.HoldSeats)
        {
            foreach (ref readonly HoldSeats one in MemoryMarshal.Cast<byte, HoldSeats>(body))
            {
                Call(hold, one.Show, one.Seats, one.Count, one.Id, SeatLimits.HoldMsDefault);
            }
        }
        else
        {
            foreach (ref readonly HoldChange one in MemoryMarshal.Cast<byte, HoldChange>(body))
            {
                Call(release, one.Show, one.Seats, one.Count, one.Hold, 0);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Read(ReadOnlySpan<byte> line, LoadRequest request, int element, Span<byte> results)
    {
        bool isNumber = line.Length > 1 && line[0] == (byte)':';
        int number = isNumber ? int.Parse(line[1..], NumberStyles.None, CultureInfo.InvariantCulture) : -1;
        MemoryMarshal.Cast<byte, SeatResult>(results)[element] = number switch
        {
            0 => new SeatResult { Code = SeatStatus.Ok },
            > 0 when request.Operation == Operation.HoldSeats => new SeatResult
            {
                Code = SeatStatus.SeatsUnavailable,
                Blocked = (ushort)number,
            },
            _ => new SeatResult { Code = SeatStatus.HoldNotFound },
        };
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
}
