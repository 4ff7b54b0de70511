using System.Runtime.InteropServices;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Fraud;

/// <summary>A file of rows as raw little-endian float32, read a piece at a time.</summary>
internal sealed class RowFile : IDisposable
{
    private const int RowsPerPiece = 4096;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly float[] _values;
    private readonly int _width;

    /// <summary>Opens a file whose size is a multiple of a row's.</summary>
    public RowFile(string path, int width)
    {
        _path = path;
        _width = width;
        _values = new float[RowsPerPiece * width];
        try
        {
            _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }

        long rowSize = (long)width * sizeof(float);
        if (_stream.Length % rowSize != 0)
        {
            long size = _stream.Length;
            _stream.Dispose();
            throw new CliException(
                ExitCode.File,
                "rows_size",
                $"'{path}' has {size} bytes, which is no multiple of {rowSize}: {width} features of 4 bytes a row.");
        }

        Count = _stream.Length / rowSize;
    }

    /// <summary>Rows of the file.</summary>
    public long Count { get; }

    /// <summary>The next rows; none at the end.</summary>
    public ReadOnlySpan<float> Next()
    {
        try
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(_values.AsSpan());
            int read = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return _values.AsSpan(0, read / (_width * sizeof(float)) * _width);
        }
        catch (IOException e)
        {
            throw Unreadable(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private CliException Unreadable(Exception e) =>
        new(ExitCode.File, "file_not_readable", $"Cannot read '{_path}': {e.Message}", e);
}
