namespace FastCore.Testing;

/// <summary>Where the tree under test lies: the directory with the solution file, above the test's own.</summary>
public static class RepositoryRoot
{
    /// <summary>Full path of the directory.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "FastCore.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName
            ?? throw new InvalidOperationException("FastCore.sln is not above the test directory.");
    }
}
