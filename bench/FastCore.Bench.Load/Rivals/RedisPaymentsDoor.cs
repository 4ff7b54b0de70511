using System.Buffers.Text;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// The payments workload in Redis, as PostgreSQL's functions have it: a hash per merchant with its balances, a string
/// per payment, and a list per merchant with what each payment moved. A script does the whole payment.
/// </summary>
/// <param name="socket">A connection.</param>
/// <param name="pay">Hash of <see cref="PayScript"/>.</param>
/// <param name="options">Batch and requests in flight.</param>
internal sealed class RedisPaymentsDoor(Socket socket, byte[] pay, LoadOptions options)
    : RedisDoor(socket, options.Batch, options.InFlight, PaymentResult.Size)
{
    /// <summary>
    /// One payment. Keys: merchant, payment, moves; arguments: amount, card. The answer is a line: outcome (0 captured,
    /// 1 declined, 2 another payment has the id), fee, tax, and whether it was there before.
    /// </summary>
    public const string PayScript =
        """
        local function part(amount, ppm)
            local whole = amount * ppm
            local rest = whole % 1000000
            local result = (whole - rest) / 1000000
            if rest > 500000 or (rest == 500000 and result % 2 == 1) then result = result + 1 end
            return result
        end
        local kept = redis.call('GET', KEYS[2])
        if kept then
            local amount, card, captured, fee, tax = kept:match('(%d+) (%d+) (%d) (%d+) (%d+)')
            local outcome = (amount ~= ARGV[1] or card ~= ARGV[2]) and 2 or captured == '1' and 0 or 1
            return redis.status_reply(string.format('%d %s %s 1', outcome, fee, tax))
        end
        local held = redis.call('HMGET', KEYS[1], 'fee_ppm', 'tax_ppm', 'clearing')
        local amount = tonumber(ARGV[1])
        if tonumber(held[3]) < amount then
            redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. ARGV[2] .. ' 0 0 0')
            return redis.status_reply('1 0 0 0')
        end
        local fee = part(amount, tonumber(held[1]))
        local tax = part(fee, tonumber(held[2]))
        local moved = string.format('%.0f %.0f %.0f', amount - fee - tax, fee, tax)
        redis.call('SET', KEYS[2], string.format('%s %s 1 %.0f %.0f', ARGV[1], ARGV[2], fee, tax))
        redis.call('HINCRBY', KEYS[1], 'clearing', string.format('%.0f', -amount))
        redis.call('HINCRBY', KEYS[1], 'payable', string.format('%.0f', amount - fee - tax))
        redis.call('HINCRBY', KEYS[1], 'fee', string.format('%.0f', fee))
        redis.call('HINCRBY', KEYS[1], 'tax', string.format('%.0f', tax))
        redis.call('RPUSH', KEYS[3], moved)
        return redis.status_reply(string.format('0 %.0f %.0f 0', fee, tax))
        """;

    /// <inheritdoc/>
    protected override void Write(LoadRequest request)
    {
        Span<byte> key = stackalloc byte[RedisBooks.KeyBytesMax];
        ReadOnlySpan<byte> body = request.Body.AsSpan(0, request.BodyLength);
        foreach (ref readonly CreatePayment payment in MemoryMarshal.Cast<byte, CreatePayment>(body))
        {
            Add("*8\r\n$7\r\nEVALSHA\r\n"u8);
            AddBulk(pay);
            AddBulk("3"u8);
            AddBulk(key[..RedisBooks.MerchantKey(payment.Merchant, key)]);
            AddBulk(key[..RedisBooks.PaymentKey(payment.Merchant, payment.Id, key)]);
            AddBulk(key[..RedisBooks.MovesKey(payment.Merchant, key)]);
            AddNumber(payment.Amount);
            AddNumber(payment.Card);
        }
    }

    /// <inheritdoc/>
    protected override void Read(ReadOnlySpan<byte> line, LoadRequest request, int element, Span<byte> results)
    {
        if (line.Length < 2 || line[0] != (byte)'+')
        {
            throw new LoadException($"Redis answered: {System.Text.Encoding.UTF8.GetString(line)}");
        }

        ReadOnlySpan<byte> rest = line[1..];
        ulong outcome = Next(ref rest);
        PaymentResult result = new()
        {
            Code = outcome switch
            {
                0 => PaymentStatus.Ok,
                1 => PaymentStatus.Declined,
                _ => PaymentStatus.ExistsWithDifferentAmount,
            },
            DeclineCode = outcome == 1 ? DeclineCode.InsufficientPrefund : DeclineCode.None,
            Fee = Next(ref rest),
            Tax = Next(ref rest),
        };
        result.Flags = Next(ref rest) == 1 ? PaymentResultFlags.Duplicate : PaymentResultFlags.None;
        MemoryMarshal.Cast<byte, PaymentResult>(results)[element] = result;
    }

    private static ulong Next(ref ReadOnlySpan<byte> rest)
    {
        _ = Utf8Parser.TryParse(rest, out ulong number, out int length);
        rest = rest.Length > length ? rest[(length + 1)..] : default;
        return number;
    }
}
