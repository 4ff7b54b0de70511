namespace FastCore.Node.Fraud;

/// <summary>An operator's folder, which gives what is in it and nothing else, wherever links in it lead.</summary>
internal sealed class PolicyFolder(string path)
{
    // As systems have it; more is taken for a circle.
    private const int LinksMax = 40;

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    private readonly string _real = Real(path);

    /// <summary>Reads a file of any place.</summary>
    /// <returns>Null when it is not there.</returns>
    /// <exception cref="IOException">It cannot be read, or is larger.</exception>
    public static byte[]? Read(string path, int bytesMax)
    {
        FileInfo file = new(path);
        if (!file.Exists)
        {
            return null;
        }

        return file.Length <= bytesMax
            ? File.ReadAllBytes(path)
            : throw new IOException($"The file {path} has more than {bytesMax} bytes.");
    }

    /// <summary>Reads a file of the folder. Links are followed as long as they stay inside.</summary>
    /// <param name="name">Relative to the folder, not out of it.</param>
    /// <param name="bytesMax">Bytes at most.</param>
    /// <returns>Null when it is not there.</returns>
    /// <exception cref="IOException">It cannot be read, is larger, or a link leads out of the folder.</exception>
    public byte[]? ReadInside(string name, int bytesMax)
    {
        // What was looked at is what is read: the path without links, not the one with them.
        string file = Real(Path.Combine(_real, name));
        string inside = Path.EndsInDirectorySeparator(_real) ? _real : _real + Path.DirectorySeparatorChar;
        return file.StartsWith(inside, StringComparison.Ordinal)
            ? Read(file, bytesMax)
            : throw new IOException($"The file {name} is a link out of the policy's folder.");
    }

    // The path without links in any of its parts.
    private static string Real(string path)
    {
        string real = Path.GetPathRoot(path)!;
        Stack<string> parts = new(path[real.Length..].Split(Separators).Reverse());
        for (int links = 0; parts.TryPop(out string? part);)
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not string target)
            {
                real = next;
                continue;
            }

            if (++links > LinksMax)
            {
                throw new IOException($"The file {path} is behind more than {LinksMax} links.");
            }

            real = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : real;
            string rest = Path.IsPathRooted(target) ? target[real.Length..] : target;
            foreach (string step in rest.Split(Separators).Reverse())
            {
                parts.Push(step);
            }
        }

        return real;
    }
}
