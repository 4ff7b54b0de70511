using System.Buffers.Text;
using System.Text;
using FastCore.Cli.Terminal;
using FastCore.Protocol;

namespace FastCore.Cli.Cards;

/// <summary>
/// Reads card transactions line by line with memory that does not depend on the file. A line that is not a transaction
/// is handed out with its number and the reason; reading goes on behind it.
/// </summary>
internal sealed class CardReader
{
    /// <summary>Bytes of a line at most; a longer one is bad, however it starts.</summary>
    public const int LineMax = 512;

    // Ids and terminals are shifted by one on their way into the engine, where zero means nothing.
    private const ulong IdMax = ulong.MaxValue - 1;
    private const ulong TerminalMax = Limits.BookMax - 1;
    private const ulong SecondsMax = ulong.MaxValue / 1_000_000_000;
    private const ulong AmountMax = long.MaxValue;

    private readonly Stream _stream;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;
    private bool _streamEnded;
    private bool _headerSeen;

    /// <summary>Reads from a stream that the caller owns.</summary>
    /// <param name="stream">Where lines come from.</param>
    /// <param name="bufferBytes">Bytes read ahead at most; well above <see cref="LineMax"/>.</param>
    public CardReader(Stream stream, int bufferBytes = 1 << 18)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferBytes, LineMax + 8);
        _buffer = new byte[bufferBytes];
        _stream = stream;
    }

    /// <summary>Number of the line handed out last; the header is line 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Bytes read from the (decompressed) stream.</summary>
    public long BytesRead { get; private set; }

    /// <summary>What is wrong with the line handed out last, or null when it is a transaction.</summary>
    public string? Reason { get; private set; }

    /// <summary>The start of the line handed out last when it was bad, printable.</summary>
    public string Excerpt { get; private set; } = "";

    /// <summary>
    /// Moves to the next line; false at the end of the file. Empty lines are passed over. When
    /// <see cref="Reason"/> is null, <paramref name="transaction"/> is the line's content.
    /// </summary>
    public bool TryRead(out CardTransaction transaction)
    {
        transaction = default;
        ReadHeader();
        while (TryNextLine(out ReadOnlySpan<byte> line, out bool overlong))
        {
            if (line.IsEmpty && !overlong)
            {
                continue;
            }

            Reason = overlong ? $"longer than {LineMax} bytes" : Parse(line, out transaction);
            Excerpt = Reason is null ? "" : Printable(line);
            return true;
        }

        return false;
    }

    private void ReadHeader()
    {
        if (_headerSeen)
        {
            return;
        }

        _headerSeen = true;
        if (!TryNextLine(out ReadOnlySpan<byte> line, out bool overlong))
        {
            throw new CliException(
                ExitCode.File, "file_empty", "The file is empty: not even the header line is there.");
        }

        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        if (line.StartsWith(byteOrderMark))
        {
            line = line[3..];
        }

        if (overlong || !line.SequenceEqual(Encoding.ASCII.GetBytes(CardTransaction.Header)))
        {
            throw new CliException(
                ExitCode.File,
                "header_unexpected",
                $"The first line is not the header '{CardTransaction.Header}' but '{Printable(line)}'.");
        }
    }

    private static string? Parse(ReadOnlySpan<byte> line, out CardTransaction transaction)
    {
        transaction = default;
        if (line.Contains((byte)'"'))
        {
            return "quotes (all columns are plain numbers)";
        }

        int columns = line.Count((byte)',') + 1;
        if (columns != CardTransaction.Columns)
        {
            return $"{columns} columns instead of {CardTransaction.Columns}";
        }

        if (TakeColumn(ref line, "TRANSACTION_ID", IdMax, out ulong id) is string badId)
        {
            return badId;
        }

        if (TakeColumn(ref line, "TX_DATETIME", SecondsMax, out ulong seconds) is string badTime)
        {
            return badTime;
        }

        if (TakeColumn(ref line, "CUSTOMER_ID", IdMax, out ulong customer) is string badCustomer)
        {
            return badCustomer;
        }

        if (TakeColumn(ref line, "TERMINAL_ID", TerminalMax, out ulong terminal) is string badTerminal)
        {
            return badTerminal;
        }

        if (TakeColumn(ref line, "AMOUNT", AmountMax, out ulong amount) is string badAmount)
        {
            return badAmount;
        }

        if (TakeColumn(ref line, "FRAUD", 1, out ulong fraud) is string badFraud)
        {
            return badFraud;
        }

        if (TakeColumn(ref line, "SCENARIO", 3, out ulong scenario) is string badScenario)
        {
            return badScenario;
        }

        transaction = new CardTransaction(id, seconds, customer, terminal, amount, fraud != 0, (byte)scenario);
        return null;
    }

    // Takes the column before the next comma off the line; the answer is what is wrong with it, or null.
    private static string? TakeColumn(ref ReadOnlySpan<byte> line, string name, ulong max, out ulong value)
    {
        int comma = line.IndexOf((byte)',');
        ReadOnlySpan<byte> column = comma < 0 ? line : line[..comma];
        line = comma < 0 ? [] : line[(comma + 1)..];
        value = 0;
        if (column.IsEmpty)
        {
            return $"{name} is empty";
        }

        if (column[0] == (byte)'-')
        {
            return $"{name} is negative";
        }

        if (column.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
        {
            return $"{name} is not a whole number";
        }

        if (!Utf8Parser.TryParse(column, out value, out _) || value > max)
        {
            return $"{name} is above {max}";
        }

        return null;
    }

    // The span is valid until the next call. An overlong line is passed over whole; its first bytes are handed out.
    private bool TryNextLine(out ReadOnlySpan<byte> line, out bool overlong)
    {
        overlong = false;
        int scanned = 0;
        while (true)
        {
            int newLine = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (newLine >= 0 || (_streamEnded && _end > _start))
            {
                int length = newLine >= 0 ? scanned + newLine : _end - _start;
                line = _buffer.AsSpan(_start, length);
                _start += length + (newLine >= 0 ? 1 : 0);
                if (line.Length > 0 && line[^1] == (byte)'\r')
                {
                    line = line[..^1];
                }

                overlong = line.Length > LineMax;
                LineNumber++;
                return true;
            }

            if (_streamEnded)
            {
                line = [];
                return false;
            }

            scanned = _end - _start;
            if (scanned > LineMax + 1)
            {
                line = SkipRestOfLine();
                overlong = true;
                LineNumber++;
                return true;
            }

            Fill();
        }
    }

    private ReadOnlySpan<byte> SkipRestOfLine()
    {
        Span<byte> first = new byte[LineMax];
        _buffer.AsSpan(_start, LineMax).CopyTo(first);
        while (true)
        {
            int newLine = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                _start += newLine + 1;
                return first;
            }

            _start = _end;
            if (_streamEnded)
            {
                return first;
            }

            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        BytesRead += read;
        _streamEnded = read == 0;
    }

    private static string Printable(ReadOnlySpan<byte> line)
    {
        StringBuilder text = new();
        foreach (byte value in line[..Math.Min(line.Length, 80)])
        {
            text.Append(value is >= 0x20 and < 0x7F ? (char)value : '?');
        }

        return line.Length > 80 ? text.Append('…').ToString() : text.ToString();
    }
}
