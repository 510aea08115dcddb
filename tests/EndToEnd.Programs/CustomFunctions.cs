namespace Terra.EndToEnd.Programs;

/// <summary>Programs that say themselves how something is differentiated, or differentiate gradients.</summary>
public static class CustomFunctions
{
    [EndToEndProgram]
    public static void WeightsRoundedWithAGradientThatPassesThrough(Observer o)
    {
        var weight = nn.Parameter(Data.Matrix(1, 6, 4));
        var table = nn.Embedding(9, 6, max_norm: 1, scale_grad_by_freq: true);
        var optimizer = optim.SGD([weight, .. table.parameters()], 0.1, momentum: 0.9);
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor rounded = StraightThrough.apply(weight, step % 7 == 6 ? 2.0 : 4.0);
            Tensor loss = nn.functional.cross_entropy(table.call(Data.Labels(step, 8, 9)).matmul(rounded), Data.Labels(step + 100, 8, 4));
            loss.backward();
            optimizer.step();
            o.Note($"loss[{step}]", loss);
        }

        o.Note("weight", weight);
        o.Note("table", table);
    }

    [EndToEndProgram]
    public static void AGradientPenaltyThroughNormalizations(Observer o)
    {
        var critic = nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), nn.LeakyReLU(0.2), nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1));
        var optimizer = optim.Adam(critic.parameters(), 0.01);
        for (int step = 0; step < 30; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            Tensor input = Data.Matrix(step, 5, 6).requires_grad_();
            Tensor score = critic.call(input).sum();
            Tensor gradient = autograd.grad([score], [input], create_graph: true)[0];
            Tensor loss = score.neg() + ((gradient.norm(1) - 1).pow(2).mean() * 10);
            loss.backward();
            optimizer.step();
        }

        o.Note("critic", critic);
    }

    private sealed class StraightThrough : autograd.SingleTensorFunction<StraightThrough>
    {
        public override string Name => nameof(StraightThrough);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            double steps = (double)vars[1];
            ctx.save_for_backward([x]);
            return (x * steps).round() / steps;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [grad_output * ctx.get_saved_variables()[0].abs().le(1.5), null!];
    }
}
