namespace Terra.EndToEnd.Generator;

/// <content>What a step does besides: it waits for tasks, and trains, evaluates, saves and loads a model of layers.</content>
public sealed partial class ProgramGenerator
{
    private static readonly string[] s_models =
    [
        "nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.ReLU(), nn.Dropout(0.2), nn.Linear(6, 4))",
        "nn.Sequential(nn.Linear(4, 5, hasBias: false), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 4))",
        "nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 8), nn.Sigmoid(), nn.Dropout(0.1), nn.Linear(8, 4), nn.Tanh())",
    ];

    private Statement Await() => new(_random.Next(5) switch
    {
        0 => "await Task.Yield();",
        1 => "await Elsewhere();",
        2 => $"{Tensor()} = await LoadAsync(step + 2000, rows);",
        3 => $"if (step % {Number(2, 5)} == 0) {{ await Elsewhere(); }}",
        _ => $"{{ Task<Tensor> ahead = LoadAsync(step + 3000, rows); {Tensor()} = {Tensor()} * {Constant()}; {Tensor()} = {Tensor()} + await ahead; }}",
    });

    private Statement UseOfModel() => new(_random.Next(8) switch
    {
        0 or 1 or 2 => $"{Tensor()} = model.call({Tensor()});",
        3 => $"using (no_grad()) {{ model.eval(); {Tensor()} = model.call({Tensor()}); model.train(); }}",
        4 => $"if (step % {Number(3, 9)} == {Number(0, 2)}) {{ using var stream = new MemoryStream(); model.save(stream); stream.Position = 0; model.load(stream); o.Note(\"saved\", stream.Length); }}",
        5 => $"if (step % {Number(2, 9)} == 1) {{ foreach ((string name, Parameter parameter) in model.named_parameters()) {{ if (parameter.grad is {{ }} grad) {{ o.Note(name, grad.abs().sum().item<float>()); }} }} }}",
        6 => $"nn.utils.clip_grad_norm_(model.parameters(), 0.{Number(1, 9)});",
        _ => $"if (step % {Number(2, 5)} == 0) {{ others.step(); others.zero_grad(); }}",
    });
}
