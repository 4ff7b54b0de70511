using System.Buffers.Text;

namespace FastCore.Cli.Cards;

/// <summary>Writes card transactions as lines.</summary>
internal sealed class CardWriter : IDisposable
{
    private const int LineMax = 7 * 21;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;

    /// <summary>Writes the header.</summary>
    public CardWriter(Stream stream)
    {
        _stream = stream;
        System.Text.Encoding.ASCII.TryGetBytes(CardTransaction.Header, _buffer, out _used);
        _buffer[_used++] = (byte)'\n';
    }

    /// <summary>Writes one line.</summary>
    public void Write(in CardTransaction transaction)
    {
        if (_buffer.Length - _used < LineMax)
        {
            Flush();
        }

        Put(transaction.TransactionId, (byte)',');
        Put(transaction.Seconds, (byte)',');
        Put(transaction.CustomerId, (byte)',');
        Put(transaction.TerminalId, (byte)',');
        Put(transaction.AmountMinor, (byte)',');
        Put(transaction.Fraud ? 1UL : 0UL, (byte)',');
        Put(transaction.Scenario, (byte)'\n');
    }

    /// <summary>Hands what is buffered to the stream.</summary>
    public void Flush()
    {
        _stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    /// <summary>Flushes; the stream stays open.</summary>
    public void Dispose() => Flush();

    private void Put(ulong value, byte separator)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_used), out int written);
        _used += written;
        _buffer[_used++] = separator;
    }
}
