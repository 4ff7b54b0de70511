using System.Globalization;
using System.Text;
using FastCore.Cli.Cards;
using FastCore.Cli.Terminal;
using FastCore.Fuzz.Core;

namespace FastCore.Cli.Fuzz;

/// <summary>
/// A file of card transactions. The first byte of the input says how many bytes the stream gives at a time; the
/// reader's buffer is small, so that lines cross its end.
/// </summary>
internal sealed class CardFuzzer : Fuzzer
{
    private const int BufferBytes = CardReader.LineMax + 64;

    private readonly byte[] _encoded = new byte[CardReader.LineMax];
    private readonly byte[] _stream = new byte[2048];

    /// <inheritdoc/>
    public override string Name => "cards";

    /// <inheritdoc/>
    public override string Summary => "CardReader: files of card transactions.";

    /// <inheritdoc/>
    public override long AllocationMax => 96 << 10;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens =>
    [
        .. ((string[])
        [
            "\n", "\r\n", ",", "\"", "-", "0", "1", "3", "4", "18446744073709551614", "18446744073709551616",
            "9223372036854775807", "72057594037927935", "18446744074", "00000000000000000000001", "1e5",
            CardTransaction.Header, "\uFEFF",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        string rows = "\n1,1522540800,7,9,1250,0,0\n2,1522540801,7,9,22001,1,1\n";
        yield return [9, .. Encoding.UTF8.GetBytes(CardTransaction.Header + rows)];
        string windows = "\uFEFF" + CardTransaction.Header + rows.ReplaceLineEndings("\r\n");
        yield return [255, .. Encoding.UTF8.GetBytes(windows)];
        yield return [63, .. Encoding.UTF8.GetBytes(CardTransaction.Header + "\n" + new string('8', 700) + rows)];
        yield return [200, .. Encoding.UTF8.GetBytes(CardTransaction.Header + rows + rows + "\n\n3,1,2,3")];
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        int pieceSize = input.IsEmpty ? 1 : input[0] + 1;
        ReadOnlySpan<byte> bytes = input.IsEmpty ? input : input[1..];
        bytes.CopyTo(_stream);
        CardReader reader = new(new PieceStream(_stream.AsMemory(0, bytes.Length), pieceSize), BufferBytes);
        int good = 0;
        int bad = 0;
        string why = "";
        try
        {
            while (reader.TryRead(out CardTransaction transaction))
            {
                good += reader.Reason is null ? 1 : 0;
                bad += reader.Reason is null ? 0 : 1;
                why = reader.Reason ?? why;
                CheckLine(bytes, reader, in transaction);
                BrokenPropertyException.Unless(good + bad <= bytes.Length, "more lines than bytes");
            }
        }
        catch (CliException refused)
        {
            return Verdict.Refused(refused.Code);
        }

        BrokenPropertyException.Unless(reader.BytesRead == bytes.Length, "bytes were left behind");
        BrokenPropertyException.Unless(
            reader.LineNumber <= bytes.Count((byte)'\n') + 1, "more lines than there are ends of lines");
        return good > 0
            ? Verdict.Accepted(Verdict.SizeClass(good), Verdict.SizeClass(bad), (int)Verdict.Refused(why).Shape)
            : Verdict.Refused(why);
    }

    // A transaction written again is the line with that number, apart from zeros before a number.
    private void CheckLine(ReadOnlySpan<byte> bytes, CardReader reader, in CardTransaction read)
    {
        ReadOnlySpan<byte> line = LineOf(bytes, reader.LineNumber);
        if (reader.Reason is not null)
        {
            BrokenPropertyException.Unless(
                reader.Excerpt.All(c => c is >= ' ' and <= '~' or '…'), "the excerpt would disturb a terminal");
            return;
        }

        BrokenPropertyException.Unless(line.Length <= CardReader.LineMax, "an overlong line was read");
        int length = 0;
        foreach (ulong value in (ReadOnlySpan<ulong>)[
            read.TransactionId, read.Seconds, read.CustomerId, read.TerminalId, read.AmountMinor,
            read.Fraud ? 1UL : 0UL, read.Scenario])
        {
            value.TryFormat(_encoded.AsSpan(length), out int digits, provider: CultureInfo.InvariantCulture);
            length += digits;
            _encoded[length++] = (byte)',';
        }

        ReadOnlySpan<byte> encoded = _encoded.AsSpan(0, length - 1);
        foreach (Range column in encoded.Split((byte)','))
        {
            int comma = line.IndexOf((byte)',');
            ReadOnlySpan<byte> source = (comma < 0 ? line : line[..comma]).TrimStart((byte)'0');
            line = comma < 0 ? [] : line[(comma + 1)..];
            BrokenPropertyException.Unless(
                source.SequenceEqual(encoded[column].TrimStart((byte)'0')), "a column was read as another number");
        }
    }

    private static ReadOnlySpan<byte> LineOf(ReadOnlySpan<byte> bytes, long number)
    {
        for (; number > 1; number--)
        {
            int end = bytes.IndexOf((byte)'\n');
            BrokenPropertyException.Unless(end >= 0, "a line that is not there");
            bytes = bytes[(end + 1)..];
        }

        int newLine = bytes.IndexOf((byte)'\n');
        bytes = newLine < 0 ? bytes : bytes[..newLine];
        return bytes.EndsWith("\r"u8) ? bytes[..^1] : bytes;
    }

    // Gives a few bytes at a time, and counts how often it is asked.
    private sealed class PieceStream(ReadOnlyMemory<byte> bytes, int pieceSize) : Stream
    {
        private ReadOnlyMemory<byte> _rest = bytes;
        private int _reads = (bytes.Length / pieceSize) + 8;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            BrokenPropertyException.Unless(count > 0, "a read into no room");
            BrokenPropertyException.Unless(_rest.IsEmpty || _reads-- > 0 || count < pieceSize, "too many reads");
            int taken = Math.Min(Math.Min(count, pieceSize), _rest.Length);
            _rest.Span[..taken].CopyTo(buffer.AsSpan(offset));
            _rest = _rest[taken..];
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
