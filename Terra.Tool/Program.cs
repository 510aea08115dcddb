using System.CommandLine;
using Terra.Tool;

var root = new RootCommand("Terra: imperative-symbolic co-execution for .NET deep learning.")
{
    WeaveCommand.Create(),
};

ParseResult parsed = root.Parse(args);
int exitCode = parsed.Invoke();
return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
