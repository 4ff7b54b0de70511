using System.Buffers.Binary;
using System.IO.Compression;

namespace FastCore.Cli.Cards;

/// <summary>
/// The content of a .gz file, to its end: <see cref="GZipStream"/> takes bytes behind a member that are not the
/// beginning of another for no part of the file, so that a damaged second member would be left out without a word.
/// </summary>
/// <param name="path">The file, which is read once more when it has several members.</param>
/// <param name="file">The file, open; the caller's.</param>
internal sealed class GzipContent(string path, FileStream file) : Stream
{
    // CRC-32 and length modulo 2^32 of what the last member holds.
    private const int TrailerSize = 8;
    private const uint ReflectedPolynomial = 0xEDB88320;

    private static readonly uint[] CrcOfByte = MakeCrcOfByte();

    private readonly GZipStream _members = new(file, CompressionMode.Decompress, leaveOpen: true);
    private long _length;
    private bool _isChecked;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is damaged, or goes on behind its last member.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = _members.Read(buffer, offset, count);
        _length += read;
        if (read == 0 && count > 0 && !_isChecked)
        {
            _isChecked = true;
            CheckEnd();
        }

        return read;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _members.Dispose();
        }

        base.Dispose(disposing);
    }

    // The file's last bytes must be the trailer of what was read last. Where the last member begins is not known, so
    // its bytes are found from its length, in a second pass unless it is the only one.
    private void CheckEnd()
    {
        if (!file.CanSeek || file.Length < TrailerSize)
        {
            return;
        }

        Span<byte> trailer = stackalloc byte[TrailerSize];
        int taken = RandomAccess.Read(file.SafeFileHandle, trailer, file.Length - TrailerSize);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        bool isOnly = length == (uint)_length;
        if (taken != TrailerSize || (!isOnly && (length > _length || crc != CrcOfLast(length))))
        {
            throw new InvalidDataException("bytes follow that are no part of a gzip file");
        }
    }

    private uint CrcOfLast(uint length)
    {
        using FileStream again = File.OpenRead(path);
        using GZipStream members = new(again, CompressionMode.Decompress);
        byte[] buffer = new byte[1 << 16];
        long before = _length - length;
        uint crc = uint.MaxValue;
        int read;
        while ((read = members.Read(buffer)) > 0)
        {
            int passed = (int)Math.Min(before, read);
            before -= passed;
            foreach (byte value in buffer.AsSpan(passed, read - passed))
            {
                crc = CrcOfByte[(byte)(crc ^ value)] ^ (crc >> 8);
            }
        }

        return ~crc;
    }

    private static uint[] MakeCrcOfByte()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ ReflectedPolynomial;
            }

            table[i] = crc;
        }

        return table;
    }
}
