using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Schedules of the learning rate, by epoch or by step.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rates of an optimizer's groups anew each time it is stepped.</summary>
            public abstract class LRScheduler
            {
                private readonly Optimizer? _optimizer;
                private readonly bool _verbose;
                private List<double> _lastRates = [];

                /// <summary>A scheduler of schedulers, with no optimizer of its own.</summary>
                protected LRScheduler()
                {
                }

                /// <summary>Takes the groups' present learning rates as the initial ones, unless it resumes after an epoch.</summary>
                /// <param name="optimizer">Whose rates to set.</param>
                /// <param name="last_epoch">The epoch to resume after; -1 to begin.</param>
                /// <param name="verbose">Whether to print each change.</param>
                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    _optimizer = optimizer;
                    _verbose = verbose;
                    LastEpoch = last_epoch;
                    foreach (ILearningRateController group in optimizer.ParamGroups)
                    {
                        if (last_epoch == -1)
                        {
                            group.InitialLearningRate = group.LearningRate;
                        }

                        BaseRates.Add(group.InitialLearningRate);
                        _lastRates.Add(group.LearningRate);
                    }
                }

                /// <summary>Whether the rates depend on a metric reported by <see cref="step(double, int?)"/>.</summary>
                private protected virtual bool WatchesMetric => false;

                private protected int LastEpoch { get; set; } = -1;

                /// <summary>The initial rates of the groups.</summary>
                private protected List<double> BaseRates { get; } = [];

                private protected IEnumerable<ILearningRateController> Groups => _optimizer?.ParamGroups ?? [];

                /// <summary>Goes on by one epoch.</summary>
                public virtual void step() => step((int?)null);

                /// <summary>Goes on by one epoch, or to a given one.</summary>
                /// <exception cref="InvalidOperationException">The scheduler watches a metric, which it needs.</exception>
                public virtual void step(int? epoch)
                {
                    if (WatchesMetric)
                    {
                        throw new InvalidOperationException($"{GetType().Name} needs the metric it watches; call step(metric)");
                    }

                    LastEpoch = epoch ?? LastEpoch + 1;
                    SetRates(epoch.HasValue ? get_closed_form_lr() : get_lr());
                }

                /// <summary>For schedulers that watch a metric: reports its value.</summary>
                /// <exception cref="InvalidOperationException">The scheduler watches no metric.</exception>
                public virtual void step(double current, int? epoch = null) =>
                    throw new InvalidOperationException($"{GetType().Name} does not watch a metric; call step() without one");

                /// <summary>The rates set last.</summary>
                public IEnumerable<double> get_last_lr() => _lastRates;

                /// <summary>The rates of this epoch from those of the one before.</summary>
                protected virtual IEnumerable<double> get_lr() => Groups.Select(static group => group.LearningRate);

                /// <summary>The rates of this epoch from the initial ones.</summary>
                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                /// <summary>Whether this is a scheduler of that optimizer.</summary>
                internal bool Schedules(Optimizer optimizer) => ReferenceEquals(_optimizer, optimizer);

                /// <summary>Takes back the count of the last step, but not the rates it set.</summary>
                internal void GoBack() => LastEpoch--;

                private protected void SetRates(IEnumerable<double> rates)
                {
                    List<double> next = rates.ToList();
                    int index = 0;
                    foreach (ILearningRateController group in Groups)
                    {
                        group.LearningRate = next[index];
                        if (_verbose && next[index] != _lastRates[index])
                        {
                            Console.WriteLine(string.Create(
                                CultureInfo.InvariantCulture, $"Adjusting learning rate of group {index} to {next[index]:g4}"));
                        }

                        index++;
                    }

                    _lastRates = next;
                }

                /// <summary>Every initial rate times one factor.</summary>
                private protected IEnumerable<double> Scaled(double factor) => BaseRates.Select(rate => rate * factor);

                /// <summary>Every present rate times one factor.</summary>
                private protected IEnumerable<double> Continued(double factor) => Groups.Select(group => group.LearningRate * factor);
            }
        }
    }
}
