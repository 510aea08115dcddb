using System.CommandLine;

var root = new RootCommand("Terra: imperative-symbolic co-execution for .NET deep learning.");
return root.Parse(args).Invoke();
