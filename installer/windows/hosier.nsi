; SPDX-License-Identifier: MIT
;
; The installer. `installer/windows/pack` passes VERSION, STAGE (what is installed), SIZE_KIB, OUTPUT, SOURCE (the
; repository), FILES (the lists of STAGE's files, as sections need them), COMPRESSOR and SIGN (signs the file it is given).
;
; hosier-setup.exe [/S] [/ALLUSERS | /CURRENTUSER] [/DESKTOPICON] [/STARTATLOGIN] [/D=directory]
;   per user in %LOCALAPPDATA%\Programs\Hosier without administrator rights; for everybody in %ProgramFiles%\Hosier with
;   /ALLUSERS, or when started as an administrator. Where it is installed already, that is upgraded, whatever the version.
;   Exit codes: 0 installed, 1 cancelled, 2 failed: the program would not quit, no rights, an old Windows.
; uninstall.exe [/S] [/REMOVEPROFILE]
;   keeps the profile when silent and not told otherwise, and asks when not silent.

Unicode true
; Also on a Windows, or Wine, without 32-bit support.
Target amd64-unicode
SetCompressor ${COMPRESSOR}
ManifestDPIAware true
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include Sections.nsh
!include WinMessages.nsh
!include WinVer.nsh
!include WordFunc.nsh
!include "${FILES}"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Hosier"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define ALL_USERS "all-users.txt"
!define PROBE "hosier-setup.tmp"
!define ADDED_TO_PICKED "\Hosier"
; By its whole path: what lies beside an installer that an administrator runs must not be taken for it.
!define FIREWALL "$SYSDIR\netsh.exe advfirewall firewall"
; Not "Hosier", which is what Windows calls the rule when a user answers its question.
!define FIREWALL_RULE "Hosier (sharing)"
!define PUBLISHER "The Hosier developers"
; What Qt runs on.
!define OLDEST_BUILD 17763
; Of the end of a credential's name, " #" included.
!define HASH_LENGTH 18
!define FILE_SHARE_ALL 7
!define OPEN_EXISTING 3
!define HKEY_USER 0x80000001
!define RRF_RT_REG_BINARY 8
!define PROCESS_QUERY_LIMITED_INFORMATION 0x1000
!define WTS_CURRENT_SESSION -1
!define WTS_USER_NAME 5
; Of the name of a session's user, Windows may tell no more.
!define SESSION_NAME_LENGTH 20
; The running program takes up to its drain time to quit.
!define QUIT_HALF_SECONDS 30
; What it takes where nothing drains.
!define QUIT_MILLISECONDS 1000

Name "Hosier"
OutFile "${OUTPUT}"
BrandingText "Hosier ${VERSION}"
; Browse adds this to a folder that is picked, unless that is called so already, and shows it. Where it goes otherwise is not
; known before .onInit, which takes this alone for none.
InstallDir "${ADDED_TO_PICKED}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Hosier"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Hosier installer"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "Copyright (c) 2026 ${PUBLISHER}. MIT licence."

!uninstfinalize '"${SIGN}" "%1"' = 0
!finalize '"${SIGN}" "%1"' = 0

Var Parameters
Var IsForAll
; Where it is installed for the same users already; empty when it is not.
Var Earlier

!define MUI_ICON "${SOURCE}/resources/icons/hosier.ico"
!define MUI_UNICON "${SOURCE}/resources/icons/hosier.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${SOURCE}/resources/windows/installer-side.bmp"
!define MUI_ABORTWARNING
; Descriptions below leave the options the whole width, which some languages take.
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartProgram
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE LeaveDirectory
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!define MUI_PAGE_CUSTOMFUNCTION_SHOW OfferStart
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!include /CHARSET=UTF8 languages.nsh

; $0 is "Admin" when the user is an administrator. Under Wine every user is: for installer/windows/test, only who was
; started again as one, by another account's password.
!macro GetAccountType
    UserInfo::GetAccountType
    Pop $0
    !ifdef ONLY_ELEVATED
        ClearErrors
        ${GetOptions} $Parameters "/ELEVATED" $0
        StrCpy $0 "Admin"
        ${If} ${Errors}
            StrCpy $0 "User"
        ${EndIf}
    !endif
!macroend

; Everybody's installation takes an administrator: start `program` again as one, or give up when nobody can be asked, or
; when that was done and makes none, as where user account control is off.
!macro RequireAdministrator program arguments before
    !insertmacro GetAccountType
    ${If} $0 != "Admin"
        ClearErrors
        ${GetOptions} $Parameters "/ELEVATED" $0
        ${IfNot} ${Errors}
            MessageBox MB_OK|MB_ICONSTOP "$(NEEDS_ADMINISTRATOR)" /SD IDOK
        ${ElseIfNot} ${Silent}
            ${before}
            ExecShell "runas" "${program}" "/ELEVATED ${arguments}"
        ${EndIf}
        SetErrorLevel 2
        Quit
    ${EndIf}
!macroend

; Tells what runs in this session and was started from the file $R0\hosier.exe, with whatever profile, that the session ends: it
; puts the system proxy back and quits. Its window is the one of app/sessionend_windows.cpp. A link in the path of either
; file counts as where it leads.
!macro EndInstances un
Function ${un}EndInstances
    StrCpy $4 ""
    System::Call 'kernel32::CreateFileW(w "$R0\hosier.exe", i 0, i ${FILE_SHARE_ALL}, p 0, i ${OPEN_EXISTING}, i 0, p 0) p .r2'
    System::Call 'kernel32::GetFinalPathNameByHandleW(p r2, w .r4, i ${NSIS_MAX_STRLEN}, i 0)'
    System::Call 'kernel32::CloseHandle(p r2)'
    StrCpy $4 $4 "" 4 ; without what marks it as a path for the system itself
    StrCpy $0 0
    ${Do}
        FindWindow $0 "HosierSessionEnd" "" 0 $0
        ${If} $0 == 0
            Return
        ${EndIf}
        System::Call 'user32::GetWindowThreadProcessId(p r0, *i .r2)'
        System::Call 'kernel32::OpenProcess(i ${PROCESS_QUERY_LIMITED_INFORMATION}, i 0, i r2) p .r2'
        StrCpy $3 ""
        System::Call 'kernel32::QueryFullProcessImageNameW(p r2, i 0, w .r3, *i ${NSIS_MAX_STRLEN})'
        System::Call 'kernel32::CloseHandle(p r2)'
        ${If} $3 == "$R0\hosier.exe"
        ${OrIf} $3 == $4
            SendMessage $0 ${WM_ENDSESSION} 1 0 /TIMEOUT=5000
        ${EndIf}
    ${Loop}
FunctionEnd
!macroend
!insertmacro EndInstances ""
!insertmacro EndInstances "un."

; Has every program of this user that runs from the directory $R0 quit, and waits until its file can be written. One of
; another user is not asked; it is waited for like the others.
!macro StopProgram un
Function ${un}StopProgram
    ${IfNot} ${FileExists} "$R0\hosier.exe"
        Return
    ${EndIf}
    retry:
    nsExec::Exec /TIMEOUT=10000 '"$R0\hosier.exe" --quit'
    Pop $0
    StrCpy $1 0
    ${Do}
        ClearErrors
        FileOpen $0 "$R0\hosier.exe" a
        ${IfNot} ${Errors}
            FileClose $0
            Return
        ${EndIf}
        ; Again and again: one may just be starting.
        Call ${un}EndInstances
        Sleep 500
        IntOp $1 $1 + 1
    ${LoopUntil} $1 >= ${QUIT_HALF_SECONDS}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(STILL_RUNNING)" /SD IDCANCEL IDRETRY retry
    SetErrorLevel 2
    Quit
FunctionEnd
!macroend
!insertmacro StopProgram ""
!insertmacro StopProgram "un."

; $2: who works in this session; empty when Windows does not tell.
!macro GetSessionUser
    StrCpy $2 ""
    System::Call 'wtsapi32::WTSQuerySessionInformationW(p 0, i ${WTS_CURRENT_SESSION}, i ${WTS_USER_NAME}, *p 0 .r1, *i) i .r0'
    ${If} $0 != 0
        System::Call 'kernel32::lstrcpynW(w .r2, p r1, i ${NSIS_MAX_STRLEN})'
        System::Call 'wtsapi32::WTSFreeMemory(p r1)'
    ${EndIf}
    !ifdef ONLY_ELEVATED
        ClearErrors
        ${GetOptions} $Parameters "/ELEVATED" $0
        ${IfNot} ${Errors}
            StrCpy $2 "somebody else"
        ${EndIf}
    !endif
!macroend

; Where the password of another account was typed in, the program would be started as that account's.
Function OfferStart
    !insertmacro GetSessionUser
    UserInfo::GetName
    Pop $0
    StrCpy $0 $0 ${SESSION_NAME_LENGTH}
    StrCpy $2 $2 ${SESSION_NAME_LENGTH}
    ${If} $2 != ""
    ${AndIf} $2 != $0
        SendMessage $mui.FinishPage.Run ${BM_SETCHECK} ${BST_UNCHECKED} 0
        ShowWindow $mui.FinishPage.Run ${SW_HIDE}
        GetDlgItem $0 $HWNDPARENT 1 ; Finish, for the keyboard that the other one had
        ${NSD_SetFocus} $0
    ${EndIf}
FunctionEnd

; Not with the rights of whoever installs for all.
Function StartProgram
    ${If} $IsForAll == 1
        Exec '"$WINDIR\explorer.exe" "$INSTDIR\hosier.exe"'
    ${Else}
        Exec '"$INSTDIR\hosier.exe"'
    ${EndIf}
FunctionEnd

; $0: 1 when the program in the directory $R0 starts at login, with whatever arguments; 2 when it would, had it not been
; switched off in the Task Manager. $1 is empty when nothing by our name starts.
Function FindLoginStart
    ReadRegStr $1 HKCU "${RUN_KEY}" "Hosier"
    StrLen $2 '"$R0\hosier.exe"'
    StrCpy $1 $1 $2
    StrCpy $0 0
    ${If} $1 == '"$R0\hosier.exe"'
        StrCpy $0 1
        System::Alloc 256
        Pop $3
        System::Call 'advapi32::RegGetValueW(p ${HKEY_USER}, w "${APPROVED_KEY}", w "Hosier", i ${RRF_RT_REG_BINARY}, p 0, p r3, *i 256) i .r2'
        ${If} $2 == 0
            System::Call '*$3(&i1 .r2)'
            IntOp $2 $2 & 1 ; odd: off
            IntOp $0 $0 + $2
        ${EndIf}
        System::Free $3
    ${EndIf}
FunctionEnd

; Ours only.
Function RemoveFirewallRule
    ReadRegDWORD $0 SHCTX "${KEY}" "FirewallRule"
    ${If} $0 == 1
        nsExec::Exec /TIMEOUT=20000 '${FIREWALL} delete rule name="${FIREWALL_RULE}"'
        Pop $0
        DeleteRegValue SHCTX "${KEY}" "FirewallRule"
    ${EndIf}
FunctionEnd

Function GiveUpWriting
    MessageBox MB_OK|MB_ICONSTOP "$(NOT_WRITTEN)" /SD IDOK
    SetErrorLevel 2
    Quit
FunctionEnd

; $R1: whether $INSTDIR is another program's, which has an uninstaller that ours would take the place of.
Function SeeWhetherTaken
    StrCpy $R1 0
    ${If} $INSTDIR != $Earlier
    ${AndIf} ${FileExists} "$INSTDIR\uninstall.exe"
    ${AndIfNot} ${FileExists} "$INSTDIR\hosier.exe"
        StrCpy $R1 1
        MessageBox MB_OK|MB_ICONEXCLAMATION "$(TAKEN)" /SD IDOK
    ${EndIf}
FunctionEnd

; Of every user whose settings are loaded and can be written: what starts the earlier installation at login starts this
; one, with the same arguments.
Function MoveLoginStarts
    StrLen $2 '"$Earlier\hosier.exe"'
    StrCpy $0 0
    ${Do}
        EnumRegKey $1 HKU "" $0
        ${If} $1 == ""
            ${ExitDo}
        ${EndIf}
        IntOp $0 $0 + 1
        ReadRegStr $3 HKU "$1\${RUN_KEY}" "Hosier"
        StrCpy $4 $3 $2
        StrCpy $3 $3 "" $2
        ${If} $4 == '"$Earlier\hosier.exe"'
            WriteRegStr HKU "$1\${RUN_KEY}" "Hosier" '"$INSTDIR\hosier.exe"$3'
        ${EndIf}
    ${Loop}
FunctionEnd

; An installation is in one place, because its entry in Apps & features names one: an earlier one elsewhere goes, as it
; does in an upgrade. It may be here, by another name of the directory; nothing has been written yet.
Function RemoveEarlier
    ${If} $Earlier == ""
    ${OrIf} $Earlier == $INSTDIR
        Return
    ${EndIf}
    ; Before anything is removed: where nothing can be written, the earlier one stays.
    ClearErrors
    CreateDirectory "$INSTDIR"
    FileOpen $0 "$INSTDIR\${PROBE}" w
    ${If} ${Errors}
        RMDir "$INSTDIR"
        Call GiveUpWriting
    ${EndIf}
    FileClose $0
    Delete "$INSTDIR\${PROBE}"
    StrCpy $R0 $Earlier
    Call StopProgram
    ${If} ${FileExists} "$Earlier\uninstall.exe"
        ExecWait '"$Earlier\uninstall.exe" /S /UPGRADE _?=$Earlier'
    ${EndIf}
    Delete "$Earlier\${ALL_USERS}"
    Delete "$Earlier\uninstall.exe"
    RMDir "$Earlier"
    Call MoveLoginStarts
    UserInfo::GetAccountType
    Pop $0
    ${If} $0 == "Admin"
        nsExec::Exec /TIMEOUT=20000 '${FIREWALL} delete rule name=all program="$Earlier\hosier.exe"'
        Pop $0
    ${EndIf}
FunctionEnd

Section "Hosier" SectionProgram
    SectionIn RO
    Call SeeWhetherTaken
    ${If} $R1 == 1
        SetErrorLevel 2
        Quit
    ${EndIf}
    StrCpy $R0 $INSTDIR
    Call StopProgram
    Call RemoveEarlier
    ; What an older or newer version brought and this one does not must not stay.
    ${If} ${FileExists} "$INSTDIR\uninstall.exe"
        ExecWait '"$INSTDIR\uninstall.exe" /S /UPGRADE _?=$INSTDIR'
    ${EndIf}
    ClearErrors
    !insertmacro InstallFiles
    SetOutPath "$INSTDIR"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    ${If} ${Errors}
        Call GiveUpWriting
    ${EndIf}
    ${If} $IsForAll == 1
        FileOpen $0 "$INSTDIR\${ALL_USERS}" w
        FileWrite $0 "Hosier is installed here for all users.$\r$\n"
        FileClose $0
    ${EndIf}
    CreateShortcut "$SMPROGRAMS\Hosier.lnk" "$INSTDIR\hosier.exe"
    WriteRegStr SHCTX "${KEY}" "DisplayName" "Hosier"
    WriteRegStr SHCTX "${KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr SHCTX "${KEY}" "DisplayIcon" "$INSTDIR\hosier.exe"
    WriteRegStr SHCTX "${KEY}" "Publisher" "${PUBLISHER}"
    WriteRegStr SHCTX "${KEY}" "InstallLocation" "$INSTDIR"
    WriteRegStr SHCTX "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr SHCTX "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD SHCTX "${KEY}" "EstimatedSize" ${SIZE_KIB}
    WriteRegDWORD SHCTX "${KEY}" "NoModify" 1
    WriteRegDWORD SHCTX "${KEY}" "NoRepair" 1
SectionEnd

Section /o "$(DESKTOP_ICON)" SectionDesktop
    CreateShortcut "$DESKTOP\Hosier.lnk" "$INSTDIR\hosier.exe"
SectionEnd

Section /o "$(START_AT_LOGIN)" SectionLogin
    StrCpy $R0 $INSTDIR
    Call FindLoginStart
    ${If} $0 == 0
        ; What the program's own switch writes, and takes for itself when it reads it.
        WriteRegStr HKCU "${RUN_KEY}" "Hosier" '"$INSTDIR\hosier.exe" --minimized'
    ${EndIf}
    DeleteRegValue HKCU "${APPROVED_KEY}" "Hosier"
SectionEnd

; Listening for others is the program's affair; that Windows lets them through is an administrator's.
Section /o "$(SHARING)" SectionSharing
    Call RemoveFirewallRule
    ; The answers of users whom Windows asked: a "no" is a rule too, and one that blocks beats one that allows.
    nsExec::Exec /TIMEOUT=20000 '${FIREWALL} delete rule name=all dir=in program="$INSTDIR\hosier.exe"'
    Pop $0
    nsExec::Exec /TIMEOUT=20000 '${FIREWALL} add rule name="${FIREWALL_RULE}" dir=in action=allow profile=private,domain program="$INSTDIR\hosier.exe"'
    Pop $0
    ${If} $0 == 0
        WriteRegDWORD SHCTX "${KEY}" "FirewallRule" 1
    ${Else}
        DetailPrint "netsh: $0"
    ${EndIf}
SectionEnd

; What an earlier installation was told and this one was not.
Section "-Options taken back"
    ${IfNot} ${SectionIsSelected} ${SectionDesktop}
        Delete "$DESKTOP\Hosier.lnk"
    ${EndIf}
    ${If} $IsForAll != 1
    ${AndIfNot} ${SectionIsSelected} ${SectionLogin}
        StrCpy $R0 $INSTDIR
        Call FindLoginStart
        ${If} $0 == 1
            DeleteRegValue HKCU "${RUN_KEY}" "Hosier"
            DeleteRegValue HKCU "${APPROVED_KEY}" "Hosier"
        ${ElseIf} $1 == ""
            ; Or what somebody once switched off would be off for the next one too.
            DeleteRegValue HKCU "${APPROVED_KEY}" "Hosier"
        ${EndIf}
    ${EndIf}
    ${IfNot} ${SectionIsSelected} ${SectionSharing}
        Call RemoveFirewallRule
    ${EndIf}
SectionEnd

; As asked for, or as it is installed, or as it was started.
Function ChooseUsers
    StrCpy $IsForAll 0
    ClearErrors
    ${GetOptions} $Parameters "/CURRENTUSER" $0
    ${IfNot} ${Errors}
        Return
    ${EndIf}
    ClearErrors
    ${GetOptions} $Parameters "/ALLUSERS" $0
    ${IfNot} ${Errors}
        StrCpy $IsForAll 1
        Return
    ${EndIf}
    ReadRegStr $0 HKCU "${KEY}" "InstallLocation"
    ${If} $0 != ""
        Return
    ${EndIf}
    ReadRegStr $0 HKLM "${KEY}" "InstallLocation"
    UserInfo::GetAccountType
    Pop $1
    ${If} $0 != ""
    ${OrIf} $1 == "Admin"
        StrCpy $IsForAll 1
    ${EndIf}
FunctionEnd

; Who picks the directory of an earlier installation means that, whatever it is called. What the page takes is its text.
Function LeaveDirectory
    ${If} $Earlier != ""
    ${AndIf} $INSTDIR == "$Earlier${ADDED_TO_PICKED}"
        SendMessage $mui.DirectoryPage.Directory ${WM_SETTEXT} 0 "STR:$Earlier"
        Return
    ${EndIf}
    Call SeeWhetherTaken
    ${If} $R1 == 1
        Abort ; The page stays.
    ${EndIf}
FunctionEnd

; Where it is going to be: set already by /D=, otherwise where it is installed, otherwise the usual place.
Function ChooseDirectory
    ReadRegStr $Earlier SHCTX "${KEY}" "InstallLocation"
    ${If} $INSTDIR == ""
        StrCpy $INSTDIR $Earlier
    ${EndIf}
    ${If} $INSTDIR == ""
        ${If} $IsForAll == 1
            StrCpy $INSTDIR "$PROGRAMFILES64\Hosier"
        ${Else}
            StrCpy $INSTDIR "$LOCALAPPDATA\Programs\Hosier"
        ${EndIf}
    ${EndIf}
FunctionEnd

!macro HideSection section
    !insertmacro SetSectionFlag ${section} ${SF_RO}
    SectionSetText ${section} ""
!macroend

; An upgrade keeps what was chosen once.
Function ChooseOptions
    ClearErrors
    ${GetOptions} $Parameters "/DESKTOPICON" $0
    ${IfNot} ${Errors}
    ${OrIf} ${FileExists} "$DESKTOP\Hosier.lnk"
        !insertmacro SelectSection ${SectionDesktop}
    ${EndIf}
    ${If} $IsForAll == 1
        ; Each user's own choice, and who installs for all is often somebody else.
        !insertmacro HideSection ${SectionLogin}
        ReadRegDWORD $1 SHCTX "${KEY}" "FirewallRule"
        ClearErrors
        ${GetOptions} $Parameters "/SHARING" $0
        ${IfNot} ${Errors}
        ${OrIf} $1 == 1
            !insertmacro SelectSection ${SectionSharing}
        ${EndIf}
        Return
    ${EndIf}
    ; Without an administrator Windows asks when a listener opens to others.
    !insertmacro HideSection ${SectionSharing}
    StrCpy $R0 $INSTDIR
    Call FindLoginStart
    StrCpy $4 $0
    StrCpy $R0 $Earlier
    Call FindLoginStart
    StrCpy $4 "$4$0"
    ClearErrors
    ${GetOptions} $Parameters "/STARTATLOGIN" $0
    ${IfNot} ${Errors}
    ${OrIf} $4 == "01"
    ${OrIf} $4 == "10"
    ${OrIf} $4 == "11"
        !insertmacro SelectSection ${SectionLogin}
    ${EndIf}
FunctionEnd

Function .onInit
    SetRegView 64
    ${IfNot} ${AtLeastBuild} ${OLDEST_BUILD}
        MessageBox MB_OK|MB_ICONSTOP "$(NEEDS_WINDOWS_10)" /SD IDOK
        SetErrorLevel 2
        Quit
    ${EndIf}
    ${GetParameters} $Parameters
    ${If} $INSTDIR == "${ADDED_TO_PICKED}"
        StrCpy $INSTDIR "" ; There is no /D=.
    ${EndIf}
    Call ChooseUsers
    SetShellVarContext current
    ${If} $IsForAll == 1
        StrCpy $1 "$Parameters /ALLUSERS"
        ${If} $INSTDIR != ""
            StrCpy $1 "$1 /D=$INSTDIR"
        ${EndIf}
        !insertmacro RequireAdministrator "$EXEPATH" "$1" ""
        SetShellVarContext all
    ${EndIf}
    Call ChooseDirectory
    Call ChooseOptions
FunctionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "$(ABOUT_PROGRAM)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionDesktop} "$(ABOUT_DESKTOP)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionLogin} "$(ABOUT_LOGIN)"
    !insertmacro MUI_DESCRIPTION_TEXT ${SectionSharing} "$(ABOUT_SHARING)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

!include uninstall.nsh
