using System.Globalization;
using Spectre.Console;

namespace Terra.Samples.Digits;

/// <summary>Prints how the network does.</summary>
internal static class Printout
{
    private const int ShownMistakes = 4;

    public static void Show(Evaluation evaluation)
    {
        AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"\n[bold]accuracy on unseen digits: {evaluation.Accuracy:P2}[/]\n"));
        AnsiConsole.Write(ConfusionTable(evaluation));
        if (evaluation.Mistakes.Count > 0)
        {
            AnsiConsole.MarkupLine($"\n[bold]worst of {evaluation.Mistakes.Count} mistakes[/]");
            AnsiConsole.Write(new Columns(evaluation.Mistakes.Take(ShownMistakes).Select(Draw)));
        }
    }

    private static Table ConfusionTable(Evaluation evaluation)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("digit");
        for (int digit = 0; digit < DigitImage.Classes; digit++)
        {
            table.AddColumn(new TableColumn($"{digit}").RightAligned());
        }

        table.AddColumn(new TableColumn("recall").RightAligned());
        for (int digit = 0; digit < DigitImage.Classes; digit++)
        {
            List<string> cells = [$"[bold]{digit}[/]"];
            for (int predicted = 0; predicted < DigitImage.Classes; predicted++)
            {
                double count = evaluation.Confusion[digit, predicted];
                cells.Add(count == 0 ? "" : predicted == digit ? $"[green]{count}[/]" : $"[red]{count}[/]");
            }

            cells.Add(evaluation.Recall[digit].ToString("P1", CultureInfo.InvariantCulture));
            table.AddRow([.. cells]);
        }

        return table;
    }

    private static Panel Draw(Mistake mistake) =>
        new Panel(Markup.Escape(string.Join('\n', mistake.Image.Draw())))
            .Header(string.Create(CultureInfo.InvariantCulture, $"{mistake.Image.Label} as {mistake.Predicted} ({mistake.Confidence:P0})"));
}
