using System.CommandLine;
using Terra.EndToEnd.Generator;

var seed = new Option<int>("--seed") { Description = "The first program's seed.", DefaultValueFactory = _ => 1 };
var count = new Option<int>("--count") { Description = "How many programs to run.", DefaultValueFactory = _ => 1000 };
var print = new Option<bool>("--print") { Description = "Print the program of the seed instead of running." };
var command = new RootCommand("Generates random programs, weaves them, runs them with and without Terra, and compares what they see.") { seed, count, print };
command.SetAction(arguments =>
{
    int first = arguments.GetValue(seed);
    if (arguments.GetValue(print))
    {
        Console.WriteLine(GeneratedProgram.Prologue + ProgramGenerator.Generate(first).ToCSharp());
        return 0;
    }

    CampaignResult result = Campaign.Run(first, arguments.GetValue(count), Console.WriteLine);
    return result.Failures.Count == 0 ? 0 : 1;
});
return command.Parse(args).Invoke();
