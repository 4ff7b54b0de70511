System.Console.Error.WriteLine("usage: see --help");
