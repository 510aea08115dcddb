namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The rate goes up to a maximum and then far down (Smith and Topin, 2017), the momentum down and up.</summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly double[] _highRates;
                    private readonly double[]? _lowMomenta;
                    private readonly double[]? _highMomenta;
                    private readonly double _divFactor;
                    private readonly double _finalDivFactor;
                    private readonly int _steps;
                    private readonly bool _linear;
                    private readonly (double End, Stage From, Stage To)[] _phases;

                    /// <inheritdoc cref="OneCycleLR(Optimizer, IEnumerable{double}, int, int, int, double, AnnealStrategy, bool, IEnumerable{double}, IEnumerable{double}, double, double, bool, int, bool)"/>
                    public OneCycleLR(
                        Optimizer optimizer,
                        double max_lr,
                        int total_steps = -1,
                        int epochs = -1,
                        int steps_per_epoch = -1,
                        double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos,
                        bool cycle_momentum = true,
                        double base_momentum = 0.85,
                        double max_momentum = 0.95,
                        double div_factor = 25,
                        double final_div_factor = 1e4,
                        bool three_phase = false,
                        int last_epoch = -1,
                        bool verbose = false)
                        : this(
                            optimizer, [max_lr], total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, [base_momentum], [max_momentum], div_factor, final_div_factor, three_phase, last_epoch, verbose)
                    {
                    }

                    /// <param name="optimizer">Whose rates to set.</param>
                    /// <param name="max_lr">The highest rates, one per group (or one for all).</param>
                    /// <param name="total_steps">The number of steps; or else</param>
                    /// <param name="epochs">the number of epochs, and</param>
                    /// <param name="steps_per_epoch">of steps in each.</param>
                    /// <param name="pct_start">The share of the steps in which the rate goes up.</param>
                    /// <param name="anneal_strategy">Whether it changes along a cosine or a line.</param>
                    /// <param name="cycle_momentum">Whether the momentum (or the first of two betas) goes the other way.</param>
                    /// <param name="base_momentum">The lowest momenta; 0.85 by default.</param>
                    /// <param name="max_momentum">The highest momenta; 0.95 by default.</param>
                    /// <param name="div_factor">The highest rate over the first.</param>
                    /// <param name="final_div_factor">The first rate over the last.</param>
                    /// <param name="three_phase">Whether the rate first comes down to its first value, in as many steps as it went up.</param>
                    /// <param name="last_epoch">The step to resume after; -1 to begin.</param>
                    /// <param name="verbose">Whether to print each change.</param>
                    /// <exception cref="ArgumentException">The number of steps or the share is out of range, or the optimizer has no momentum to change.</exception>
                    public OneCycleLR(
                        Optimizer optimizer,
                        IEnumerable<double> max_lr,
                        int total_steps = -1,
                        int epochs = -1,
                        int steps_per_epoch = -1,
                        double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos,
                        bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null,
                        IEnumerable<double>? max_momentum = null,
                        double div_factor = 25,
                        double final_div_factor = 1e4,
                        bool three_phase = false,
                        int last_epoch = -1,
                        bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _steps = total_steps > 0 ? total_steps : epochs > 0 && steps_per_epoch > 0 ? epochs * steps_per_epoch
                            : throw new ArgumentException("OneCycleLR needs total_steps, or both epochs and steps_per_epoch, above zero", nameof(total_steps));
                        if (pct_start is not (>= 0 and <= 1))
                        {
                            throw new ArgumentException($"pct_start must be between 0 and 1, but is {pct_start}", nameof(pct_start));
                        }

                        (_divFactor, _finalDivFactor, _linear) = (div_factor, final_div_factor, anneal_strategy == AnnealStrategy.Linear);
                        _phases = three_phase
                            ? [((pct_start * _steps) - 1, Stage.First, Stage.Peak), ((2 * pct_start * _steps) - 2, Stage.Peak, Stage.First), (_steps - 1, Stage.First, Stage.Last)]
                            : [((pct_start * _steps) - 1, Stage.First, Stage.Peak), (_steps - 1, Stage.Peak, Stage.Last)];
                        _highRates = GroupMomentum.PerGroup(optimizer, max_lr);
                        if (cycle_momentum)
                        {
                            GroupMomentum.Require(Groups, nameof(OneCycleLR));
                            _lowMomenta = GroupMomentum.PerGroup(optimizer, base_momentum ?? [0.85]);
                            _highMomenta = GroupMomentum.PerGroup(optimizer, max_momentum ?? [0.95]);
                        }

                        if (last_epoch == -1)
                        {
                            int index = 0;
                            foreach (ILearningRateController group in Groups)
                            {
                                group.InitialLearningRate = RateAt(Stage.First, index++);
                            }
                        }

                        step();
                    }

                    /// <summary>Along what the rate changes.</summary>
                    public enum AnnealStrategy
                    {
                        Cos = 0,
                        Linear = 1,
                    }

                    private enum Stage
                    {
                        First,
                        Peak,
                        Last,
                    }

                    /// <exception cref="InvalidOperationException">All steps were made.</exception>
                    protected override IEnumerable<double> get_lr()
                    {
                        if (LastEpoch > _steps)
                        {
                            throw new InvalidOperationException($"Tried to step {LastEpoch} times. The specified number of total steps is {_steps}");
                        }

                        double start = 0;
                        int phase = 0;
                        while (phase < _phases.Length - 1 && LastEpoch > _phases[phase].End)
                        {
                            start = _phases[phase++].End;
                        }

                        (double end, Stage from, Stage to) = _phases[phase];
                        double share = (LastEpoch - start) / (end - start);
                        if (_highMomenta is not null)
                        {
                            GroupMomentum.Set(Groups, i => Between(MomentumAt(from, i), MomentumAt(to, i), share));
                        }

                        return _highRates.Select((_, i) => Between(RateAt(from, i), RateAt(to, i), share));
                    }

                    private double RateAt(Stage stage, int group) => stage switch
                    {
                        Stage.Peak => _highRates[group],
                        Stage.First => _highRates[group] / _divFactor,
                        _ => _highRates[group] / _divFactor / _finalDivFactor,
                    };

                    private double MomentumAt(Stage stage, int group) => stage == Stage.Peak ? _lowMomenta![group] : _highMomenta![group];

                    private double Between(double from, double to, double share) =>
                        _linear ? ((to - from) * share) + from : to + ((from - to) / 2 * (Math.Cos(Math.PI * share) + 1));
                }
            }
        }
    }
}
