using System.IO.Compression;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Cards;

/// <summary>
/// A card transaction file opened for reading, plain or compressed by the name's ending, or shipped inside.
/// </summary>
internal sealed class CardInput : IDisposable
{
    private const string ShippedName = "cards-small.csv.gz";

    private readonly Stream _file;

    private CardInput(string name, Stream file, Stream content)
    {
        Name = name;
        _file = file;
        Content = content;
    }

    /// <summary>Name of the file.</summary>
    public string Name { get; }

    /// <summary>Its lines as bytes.</summary>
    public Stream Content { get; }

    /// <summary>Bytes of the file, as stored; zero when nobody knows, as of a pipe.</summary>
    public long Length => _file.CanSeek ? _file.Length : 0;

    /// <summary>Bytes of the file taken so far; zero when nobody knows.</summary>
    public long Position => _file.CanSeek ? _file.Position : 0;

    /// <summary>Opens a file.</summary>
    public static CardInput Open(string path)
    {
        try
        {
            FileStream file = new(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            bool compressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            return new CardInput(path, file, compressed ? new GzipContent(path, file) : file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_readable", $"Cannot read '{path}': {e.Message}", e);
        }
    }

    /// <summary>Opens the small file that is part of the program.</summary>
    public static CardInput OpenShipped()
    {
        Stream file = typeof(CardInput).Assembly.GetManifestResourceStream(ShippedName)
            ?? throw new InvalidOperationException($"{ShippedName} is not part of this build.");
        return new CardInput(ShippedName, file, new GZipStream(file, CompressionMode.Decompress));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
    }
}
