// SPDX-License-Identifier: MIT
#pragma once

#include <QFileDialog>

namespace ui
{

/// Asks for a file. Qt's own leaves its state, with the folder visited last, in settings that all programs of
/// the user share and no uninstaller may remove: this one leaves them as they were. What the process itself
/// remembers of the last folder stays.
class FileDialog : public QFileDialog
{
    Q_OBJECT

public:
    using QFileDialog::QFileDialog;
    ~FileDialog() override;
};

/// Where a dialog starts: the user's documents, or the home where there is no such folder. Of one that is not
/// there the dialog would make the name of a file.
[[nodiscard]] QString documentsFolder();

} // namespace ui
