namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The rate goes up and down between two bounds (Smith, 2015), the momentum down and up.</summary>
                public class CyclicLR : LRScheduler
                {
                    private readonly double[] _lowRates;
                    private readonly double[] _highRates;
                    private readonly double[]? _lowMomenta;
                    private readonly double[]? _highMomenta;
                    private readonly double _stepsUp;
                    private readonly double _steps;
                    private readonly Func<double, double> _scale;
                    private readonly bool _scaleByCycle;

                    /// <inheritdoc cref="CyclicLR(Optimizer, IEnumerable{double}, IEnumerable{double}, int, int, Mode, double, Func{double, double}, ScaleMode, bool, IEnumerable{double}, IEnumerable{double}, int, bool)"/>
                    public CyclicLR(
                        Optimizer optimizer,
                        double base_lr,
                        double max_lr,
                        int step_size_up = 2000,
                        int step_size_down = -1,
                        Mode mode = Mode.Triangular,
                        double gamma = 1,
                        Func<double, double>? scale_fn = null,
                        ScaleMode scale_mode = ScaleMode.Cycle,
                        bool cycle_momentum = true,
                        double base_momentum = 0.8,
                        double max_momentum = 0.9,
                        int last_epoch = -1,
                        bool verbose = false)
                        : this(
                            optimizer, [base_lr], [max_lr], step_size_up, step_size_down, mode, gamma, scale_fn, scale_mode, cycle_momentum, [base_momentum], [max_momentum], last_epoch, verbose)
                    {
                    }

                    /// <param name="optimizer">Whose rates to set.</param>
                    /// <param name="base_lr">The lower bounds, one per group (or one for all).</param>
                    /// <param name="max_lr">The upper bounds.</param>
                    /// <param name="step_size_up">Steps from the lower bound to the upper.</param>
                    /// <param name="step_size_down">Steps back; as many by default.</param>
                    /// <param name="mode">How the upper bound changes: not, by half each cycle, or by gamma each step.</param>
                    /// <param name="gamma">The factor of the last mode.</param>
                    /// <param name="scale_fn">A factor of the distance of the bounds, in place of a mode.</param>
                    /// <param name="scale_mode">Whether that function gets the number of the cycle (from one on) or of the step.</param>
                    /// <param name="cycle_momentum">Whether the momentum (or the first of two betas) goes the other way.</param>
                    /// <param name="base_momentum">The momentum's lower bounds; 0.8 by default.</param>
                    /// <param name="max_momentum">The momentum's upper bounds; 0.9 by default.</param>
                    /// <param name="last_epoch">The step to resume after; -1 to begin.</param>
                    /// <param name="verbose">Whether to print each change.</param>
                    /// <exception cref="ArgumentException">The momentum should change, but the optimizer has none; or there is not one bound per group.</exception>
                    public CyclicLR(
                        Optimizer optimizer,
                        IEnumerable<double> base_lr,
                        IEnumerable<double> max_lr,
                        int step_size_up = 2000,
                        int step_size_down = -1,
                        Mode mode = Mode.Triangular,
                        double gamma = 1,
                        Func<double, double>? scale_fn = null,
                        ScaleMode scale_mode = ScaleMode.Cycle,
                        bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null,
                        IEnumerable<double>? max_momentum = null,
                        int last_epoch = -1,
                        bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _lowRates = GroupMomentum.PerGroup(optimizer, base_lr);
                        _highRates = GroupMomentum.PerGroup(optimizer, max_lr);
                        _stepsUp = step_size_up;
                        _steps = step_size_up + (step_size_down > 0 ? step_size_down : step_size_up);
                        (_scale, _scaleByCycle) = scale_fn is not null ? (scale_fn, scale_mode == ScaleMode.Cycle) : mode switch
                        {
                            Mode.Triangular => (static _ => 1, true),
                            Mode.Triangular2 => (static cycle => 1 / Math.Pow(2, cycle - 1), true),
                            _ => ((Func<double, double>)(step => Math.Pow(gamma, step)), false),
                        };
                        if (cycle_momentum)
                        {
                            GroupMomentum.Require(Groups, nameof(CyclicLR));
                            _lowMomenta = GroupMomentum.PerGroup(optimizer, base_momentum ?? [0.8]);
                            _highMomenta = GroupMomentum.PerGroup(optimizer, max_momentum ?? [0.9]);
                        }

                        if (last_epoch == -1)
                        {
                            int index = 0;
                            foreach (ILearningRateController group in Groups)
                            {
                                group.LearningRate = group.InitialLearningRate = _lowRates[index++];
                            }
                        }

                        step();
                    }

                    /// <summary>How the upper bound changes.</summary>
                    public enum Mode
                    {
                        Triangular = 0,
                        Triangular2 = 1,
                        ExpRange = 2,
                    }

                    /// <summary>What a scaling function gets.</summary>
                    public enum ScaleMode
                    {
                        Cycle = 0,
                        Iterations = 1,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        double turns = LastEpoch / _steps, cycle = Math.Floor(1 + turns), position = 1 + turns - cycle, peak = _stepsUp / _steps;
                        double height = position <= peak ? position / peak : (position - 1) / (peak - 1);
                        double scale = height * _scale(_scaleByCycle ? cycle : LastEpoch);
                        if (_lowMomenta is not null && _highMomenta is not null)
                        {
                            GroupMomentum.Set(Groups, i => _highMomenta[i] - ((_highMomenta[i] - _lowMomenta[i]) * scale));
                        }

                        return _lowRates.Select((low, i) => low + ((_highRates[i] - low) * scale));
                    }
                }
            }
        }
    }
}
